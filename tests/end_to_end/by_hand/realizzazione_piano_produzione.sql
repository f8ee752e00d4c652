-- PP21, Piano di produzione: points completed over points planned by V0.1, without labour inspection, × 100.
with

upper_part as (

    select $node as node, sum(f.definito_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($months)
        and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
    group by all

),

lower_part as (

    select $node as node, sum(f.definito_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.scenario_code = 'V0.1_' || (f.month_key // 100)
        and f.month_key in ($months)
        and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
