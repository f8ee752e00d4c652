-- PP21, Conto economico, indicator 3: total cost over the points of the productivity areas.
with

upper_part as (

    select $node as node, sum(f.amount_eur) as amount
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
    group by all

),

lower_part as (

    select $node as node, sum(f.definito_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($months)
        and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
        and a.line_code not in ('LEGALE', 'MED-LEG', 'CPP', 'AUTOCERT', 'RPS-ARCHIVI', 'AMM-SOC-REG')
    group by all

)

select coalesce(u.node, l.node) as node, u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
