-- C102, 5.4.1 c: what stands on CIC 1005 over the running costs (all but the capital chapters, 5U2112…), from January on.
with

summed as (

    select
        $node as node,
        sum(f.amount_eur) filter (where f.cost_centre_code = '1005') as standing,
        sum(f.amount_eur) filter (where f.chapter_code not like '5U2%') as running
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.month_key in ($year_months)
    group by all

)

select node, 100 * standing / nullif(running, 0) as value
from summed
