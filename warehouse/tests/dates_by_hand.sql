-- A validity holds on its first day and on its last, and has no end where none is written.
with

cases as (

    select
        cast(day as date) as day,
        cast(valid_from as date) as valid_from,
        cast(valid_to as date) as valid_to,
        expected
    from (
        values
        ('2024-12-30', '2024-12-31', '2025-01-31', false),
        ('2024-12-31', '2024-12-31', '2025-01-31', true),
        ('2025-01-31', '2024-12-31', '2025-01-31', true),
        ('2025-02-01', '2024-12-31', '2025-01-31', false),
        ('2024-12-30', '2024-12-31', null, false),
        ('2035-12-31', '2024-12-31', null, true)
    ) as given (day, valid_from, valid_to, expected)

)

select 'in_force' as macro, cast(day as varchar) as given_day, expected
from cases
where {{ in_force('day', 'valid_from', 'valid_to') }} <> expected
union all
select 'last_day_of', '2024-02-10', null
where {{ last_day_of("cast('2024-02-10' as date)") }} <> cast('2024-02-29' as date)
union all
select 'day_before', '2025-01-01', null
where {{ day_before("cast('2025-01-01' as date)") }} <> cast('2024-12-31' as date)
union all
select 'first_day', '202402', null
where {{ first_day('202402') }} <> cast('2024-02-01' as date)
