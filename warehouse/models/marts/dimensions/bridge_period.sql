with

periods as (

    select * from {{ ref('dim_period') }}

),

months as (

    select * from {{ ref('dim_month') }}

),

calendar_months as (

    select
        periods.period_code,
        months.month_key,
        months.month_number = periods.first_month as is_opening_month,
        months.month_number = periods.last_month as is_closing_month
    from periods
    inner join months
        on
            periods.year_number = months.year_number
            and months.month_number between periods.first_month and periods.last_month

),

-- SAP's thirteenth month and the whole-year amounts (month 0) belong to the year and to its December year-to-date,
-- and to no month, quarter or half-year; they carry no stock.
outside_months as (

    select
        periods.period_code,
        months.month_key,
        false as is_opening_month,
        false as is_closing_month
    from periods
    inner join months
        on
            periods.year_number = months.year_number
            and not months.is_calendar_month
    where periods.period_type in ('anno', 'progressivo') and periods.last_month = 12

),

final as (

    select * from calendar_months
    union all
    select * from outside_months

)

select * from final
