{{ config(materialized='table', meta={'touches': 'whole'}) }}

with

costs as (

    select * from {{ ref('int_cost_lines') }}
    where is_assessed_cost

),

structures as (

    select * from {{ ref('dim_structure') }}

),

-- Each forecast is assessed at the end of its quarter, on what was used from January on.
evaluations as (

    select
        periods.period_code,
        periods.year_number * 100 + periods.last_month as closing_month_key,
        periods.period_end_date,
        calendar.forecast as forecast_code,
        calendar.scenario_code,
        thresholds.scostamento_minimo as lowest_pct,
        thresholds.scostamento_massimo as highest_pct
    from {{ ref('dim_period') }} as periods
    inner join {{ ref('forecast_calendar') }} as calendar
        on
            periods.forecast_code = calendar.forecast
            and periods.last_month = calendar.last_closing_month
    inner join {{ ref('soglie_forecast') }} as thresholds
        on
            calendar.forecast = thresholds.forecast
            and periods.regime_code = cast(thresholds.anno as varchar)
    where periods.period_type = 'progressivo'

),

by_chapter as (

    select
        evaluations.period_code,
        structures.directorate_code,
        costs.chapter_code,
        coalesce(sum(costs.amount_eur) filter (where costs.scenario_code = 'consuntivo'), 0) as used_eur,
        coalesce(sum(costs.amount_eur) filter (where costs.scenario_code = evaluations.scenario_code), 0) as forecast_eur
    from evaluations
    inner join {{ ref('bridge_period') }} as period_months
        on evaluations.period_code = period_months.period_code
    inner join costs
        on period_months.month_key = costs.month_key
    inner join structures
        on costs.structure_key = structures.structure_key
    where costs.scenario_code in ('consuntivo', evaluations.scenario_code)
    group by evaluations.period_code, structures.directorate_code, costs.chapter_code

),

-- A quarter whose closing month has not arrived is not assessed.
closed as (

    select distinct
        costs.month_key,
        structures.directorate_code
    from costs
    inner join structures
        on costs.structure_key = structures.structure_key
    where costs.scenario_code = 'consuntivo'

),

-- The directorate's own structure stands for it.
final as (

    select
        evaluations.closing_month_key as month_key,
        own.structure_key,
        own.current_structure_key as structure_current_key,
        by_chapter.chapter_code,
        evaluations.forecast_code,
        by_chapter.used_eur,
        by_chapter.forecast_eur,
        100 * by_chapter.used_eur <= (100 + evaluations.highest_pct) * by_chapter.forecast_eur
        and (
            evaluations.lowest_pct is null
            or 100 * by_chapter.used_eur >= (100 + evaluations.lowest_pct) * by_chapter.forecast_eur
        ) as is_in_tolerance
    from by_chapter
    inner join evaluations
        on by_chapter.period_code = evaluations.period_code
    inner join closed
        on
            evaluations.closing_month_key = closed.month_key
            and by_chapter.directorate_code = closed.directorate_code
    inner join structures as own
        on
            by_chapter.directorate_code = own.structure_code
            and {{ in_force('evaluations.period_end_date', 'own.valid_from', 'own.valid_to') }}
    where by_chapter.used_eur <> 0 or by_chapter.forecast_eur <> 0

)

select * from final
