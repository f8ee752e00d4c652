-- C102, 4.6: budget assigned over the need approved last, the forecast of the quarter in which the period closes.
with

summed as (

    select
        $node as node,
        sum(f.amount_eur) filter (where f.scenario_code = 'budget') as assigned,
        sum(f.amount_eur) filter (where f.scenario_code = 'forecast_' || (($closing % 100 + 2) // 3)) as need
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($year_months) and f.chapter_code in (select capitolo from reference.capitoli_spesa)
    group by all

)

select node, 100 * assigned / nullif(need, 0) as value
from summed
