{{ config(materialized='table') }}

with

days as (

    select cast(day_value as date) as date_day
    from
        generate_series(
            make_date({{ var('calendar_first_year') }}, 1, 1),
            make_date({{ var('calendar_last_year') }}, 12, 31),
            interval 1 day
        ) as series (day_value)

)

select * from days
