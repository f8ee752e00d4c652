-- C102, 5.4.1 a and b: chapters of each directorate whose use from January on does not exceed the quarter's forecast by
-- more than 5 per cent, nor (IV forecast) falls short of it by more than 5, over the chapters assessed. The assessment is
-- made by the directorate that was in charge in each month.
with

by_chapter as (

    select
        s.directorate_code,
        f.chapter_code,
        coalesce(sum(f.amount_eur) filter (where f.scenario_code = 'consuntivo'), 0) as used,
        coalesce(sum(f.amount_eur) filter (where f.scenario_code = 'forecast_' || (($closing % 100 + 2) // 3)), 0) as forecast
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.structure_key
    where f.month_key in ($year_months) and f.chapter_code in (select capitolo from reference.capitoli_spesa)
    group by all

),

judged as (

    select
        directorate_code,
        case
            when used > forecast * 1.05 then 0
            when $closing % 100 = 12 and used < forecast * 0.95 then 0
            else 1
        end as is_in
    from by_chapter
    where used <> 0 or forecast <> 0

)

select $node as node, 100 * sum(is_in) / nullif(count(*), 0) as value
from judged
join marts.dim_structure as s on s.structure_code = judged.directorate_code and s.is_current
group by all
