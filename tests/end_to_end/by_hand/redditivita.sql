-- PP21, Conto economico: IEEP over total cost.
with

upper_part as (

    select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as amount
    from marts.fct_economic_results as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
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

select coalesce(u.node, l.node) as node, u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
