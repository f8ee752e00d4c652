-- PP21, Gestione della spesa: used over the forecast of the quarter in which the period closes, less one, on the act's
-- chapters (salaries are not among them).
with

summed as (

    select
        $node as node,
        sum(f.amount_eur) filter (where f.scenario_code = 'consuntivo') as used,
        sum(f.amount_eur) filter (where f.scenario_code = 'forecast_' || (($closing % 100 + 2) // 3)) as forecast
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($year_months) and f.chapter_code in (select capitolo from reference.capitoli_spesa)
    group by all

)

select node, 100 * (used - forecast) / nullif(forecast, 0) as value
from summed
