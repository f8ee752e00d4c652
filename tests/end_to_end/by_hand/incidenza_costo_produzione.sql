-- PP21, Conto economico, indicator 2: direct cost of production over total cost, × 100.
with

upper_part as (

    select $node as node, sum(f.amount_eur) as amount
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
        and f.is_direct
        and f.is_production
    group by all

),

lower_part as (

    select $node as node, sum(f.amount_eur) as amount
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
