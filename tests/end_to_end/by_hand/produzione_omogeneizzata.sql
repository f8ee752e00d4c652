-- PP21, Produzione: points completed by own staff, for itself (P) and for others (R), without labour inspection.
select $node as node, sum(f.definito_om) as value
from marts.fct_production as f
join marts.dim_structure as s on s.structure_key = f.$key
join marts.dim_area as a using (area_key)
where
    f.scenario_code = 'consuntivo'
    and f.month_key in ($months)
    and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
group by all
