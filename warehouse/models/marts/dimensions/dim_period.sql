with

calendar_months as (

    select year_number, month_number, reference_date, regime_code
    from {{ ref('dim_month') }}
    where is_calendar_month

),

-- PP21, indice di giacenza: a year counts the days of the seed (360), so a month counts a twelfth of them.
day_count as (

    select cast(valore as integer) // 12 as days_per_month
    from {{ ref('parametri_performance') }}
    where codice = 'GIACENZA-GIORNI'

),

months as (

    select
        year_number || '-M' || lpad(cast(month_number as varchar), 2, '0') as period_code,
        'mese' as period_type,
        year_number,
        month_number as first_month,
        month_number as last_month
    from calendar_months

),

quarters as (

    select distinct
        year_number || '-T' || ((month_number + 2) // 3) as period_code,
        'trimestre' as period_type,
        year_number,
        ((month_number + 2) // 3) * 3 - 2 as first_month,
        ((month_number + 2) // 3) * 3 as last_month
    from calendar_months

),

halves as (

    select distinct
        year_number || '-S' || ((month_number + 5) // 6) as period_code,
        'semestre' as period_type,
        year_number,
        ((month_number + 5) // 6) * 6 - 5 as first_month,
        ((month_number + 5) // 6) * 6 as last_month
    from calendar_months

),

years as (

    select distinct
        year_number || '-A' as period_code,
        'anno' as period_type,
        year_number,
        1 as first_month,
        12 as last_month
    from calendar_months

),

year_to_date as (

    select
        year_number || '-P' || lpad(cast(month_number as varchar), 2, '0') as period_code,
        'progressivo' as period_type,
        year_number,
        1 as first_month,
        month_number as last_month
    from calendar_months

),

periods as (

    select * from months
    union all
    select * from quarters
    union all
    select * from halves
    union all
    select * from years
    union all
    select * from year_to_date

),

-- The forecast that the periods closing in its months are measured against.
forecast_calendar as (

    select * from {{ ref('forecast_calendar') }}

),

final as (

    select
        periods.period_code,
        periods.period_type,
        periods.year_number,
        cast(periods.first_month as integer) as first_month,
        cast(periods.last_month as integer) as last_month,
        cast(periods.last_month - periods.first_month + 1 as integer) as months_n,
        cast((periods.last_month - periods.first_month + 1) * day_count.days_per_month as integer) as period_days,
        make_date(periods.year_number, cast(periods.first_month as integer), 1) as period_start_date,
        calendar_months.reference_date as period_end_date,
        calendar_months.regime_code,
        forecast_calendar.forecast as forecast_code,
        -- The same period one year before, and the one before it of the same kind (null for the year to date of January).
        (periods.year_number - 1) || substr(periods.period_code, 5) as previous_year_period_code
    from periods
    inner join calendar_months
        on
            periods.year_number = calendar_months.year_number
            and periods.last_month = calendar_months.month_number
    inner join forecast_calendar
        on periods.last_month between forecast_calendar.first_closing_month and forecast_calendar.last_closing_month
    cross join day_count

)

select * from final
