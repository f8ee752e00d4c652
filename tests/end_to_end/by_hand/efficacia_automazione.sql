-- C102 §3.3: pieces completed with no operator over pieces completed, × 100.
with

upper_part as (

    select $node as node, sum(f.definito_automatizzato) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key in ($months)
    group by all

),

lower_part as (

    select $node as node, sum(f.definito) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key in ($months)
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
