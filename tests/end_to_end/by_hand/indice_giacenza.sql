-- PP21, nota i: backlog in points at the closing month over points received in the period, times 30 days a month.
with

upper_part as (

    select $node as node, sum(f.giacenza_finale_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key = $closing
    group by all

),

lower_part as (

    select $node as node, sum(f.pervenuto_om) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key in ($months)
    group by all

)

select coalesce(u.node, l.node) as node, u.amount * $days / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
