-- PP21, IEEP: actual over target, contributions weighing 70 and benefits 30.
with

entrate as (

    select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as amount
    from marts.fct_economic_results as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
        and f.item_code like 'E%'
    group by all

),

entrate_target as (

    select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as amount
    from marts.fct_economic_results as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'obiettivo'
        and f.month_key in ($year_months)
        and f.item_code like 'E%'
    group by all

),

prestazioni as (

    select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as amount
    from marts.fct_economic_results as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($year_months)
        and f.item_code like 'P%'
    group by all

),

prestazioni_target as (

    select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as amount
    from marts.fct_economic_results as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where
        f.scenario_code = 'obiettivo'
        and f.month_key in ($year_months)
        and f.item_code like 'P%'
    group by all

)

select
    node,
    70 * e.amount / nullif(et.amount, 0) + 30 * p.amount / nullif(pt.amount, 0) as value
from entrate as e
full join entrate_target as et using (node)
full join prestazioni as p using (node)
full join prestazioni_target as pt using (node)
