with

thresholds as (

    select * from {{ ref('thresholds') }}

),

-- A threshold is judged on what the year has come to by its closing month, under every name those months have.
periods as (

    select period_code, last_month, period_end_date
    from {{ ref('dim_period') }}
    where first_month = 1

),

final as (

    select
        thresholds.indicator_code,
        thresholds.area_node_type,
        periods.period_code,
        thresholds.lower as threshold_lower,
        thresholds.is_lower_allowed,
        thresholds.upper as threshold_upper,
        thresholds.is_upper_allowed,
        thresholds.act
    from thresholds
    inner join periods
        on
            thresholds.closing_month = periods.last_month
            and {{ in_force('periods.period_end_date', 'thresholds.valid_from', 'thresholds.valid_to') }}

)

select * from final
