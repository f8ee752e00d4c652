{{ config(materialized='table', meta={'touches': 'whole'}) }}

-- The part of a line's backlog that exceeds the critical days of the mean monthly intake of the last twelve months.
with

production as (

    select * from {{ ref('fct_production') }}

),

thresholds as (

    select * from {{ ref('critical_backlog') }}

),

by_line as (

    select
        production.month_key,
        production.month_key // 100 * 12 + production.month_key % 100 as month_number,
        production.structure_key,
        production.structure_current_key,
        structures.structure_code,
        production.area_key,
        areas.line_code,
        areas.target_area_code,
        months.reference_date,
        sum(production.pervenuto_om) as pervenuto_om,
        sum(production.giacenza_finale_om) as giacenza_finale_om
    from production
    {{ join_month('production.month_key') }}
    inner join {{ ref('dim_area') }} as areas
        on production.area_key = areas.area_key
    inner join {{ ref('dim_structure') }} as structures
        on production.structure_key = structures.structure_key
    where production.service_mode = 'P' and production.scenario_code = 'consuntivo'
    group by
        production.month_key,
        production.structure_key,
        production.structure_current_key,
        structures.structure_code,
        production.area_key,
        areas.line_code,
        areas.target_area_code,
        months.reference_date

),

-- The months that a line has, up to twelve: a new line is judged on what it has received so far.
with_intake as (

    select
        by_line.*,
        sum(pervenuto_om) over last_year as year_intake_om,
        count(*) over last_year as year_months
    from by_line
    window
        last_year as (
            partition by structure_code, line_code
            order by month_number
            range between 11 preceding and current row
        )

),

final as (

    select
        with_intake.month_key,
        with_intake.structure_key,
        with_intake.structure_current_key,
        with_intake.area_key,
        cast(
            greatest(
                0,
                with_intake.giacenza_finale_om
                - {{ rounded_quotient(
                    'with_intake.year_intake_om * 10000 * thresholds.threshold_days',
                    'with_intake.year_months * 30 * 10000',
                    4,
                ) }}
            ) as decimal(18, 4)
        ) as giacenza_critica_om
    from with_intake
    inner join thresholds
        on
            with_intake.target_area_code = thresholds.target_area_code
            and {{ in_force('with_intake.reference_date', 'thresholds.valid_from', 'thresholds.valid_to') }}

)

select * from final
