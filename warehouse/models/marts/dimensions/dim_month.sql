with

years as (

    select cast(year_value as integer) as year_number
    from generate_series({{ var('calendar_first_year') }}, {{ var('calendar_last_year') }}) as series (year_value)

),

numbers as (

    select cast(number_value as integer) as month_number
    from generate_series(0, 13) as series (number_value)

),

months as (

    select
        years.year_number * 100 + numbers.month_number as month_key,
        years.year_number,
        numbers.month_number,
        numbers.month_number between 1 and 12 as is_calendar_month,
        -- Members of dimensions are looked up on the month's last day; the whole-year entries (0) and
        -- SAP's thirteenth month belong to December.
        {{ last_day_of("make_date(years.year_number, case when numbers.month_number in (0, 13) then 12 else numbers.month_number end, 1)") }}
            as reference_date
    from years
    cross join numbers

),

final as (

    select
        months.*,
        regimes.regime_code
    from months
    left join {{ ref('regimes') }} as regimes
        on {{ in_force('months.reference_date', 'regimes.valid_from', 'regimes.valid_to') }}

)

select * from final
