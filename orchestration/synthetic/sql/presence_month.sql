-- The presence of the month `idx`: one row per person, two for those who divide their time between two lines.
-- The workable time and days are those of the full-time month, the same on every row. Presence, sickness and
-- other absences of a person add up to the workable time times the part-time share.
create or replace temp table in_force as
select root, code, type
from structure_version
where from_date <= getvariable('first_day') and coalesce(to_date, date '9999-12-31') >= getvariable('first_day');

create or replace temp table attendance as
with
present as (
    select
        employee.*, working_days as days, draw('presence', number, idx, '') as bits_now,
        -- Registration numbers: multiplying by a number prime to 10^7 permutes them, so none is given twice.
        'I' || lpad(((number * 2 + (idx >= change)::int + getvariable('seed') % 1000 * 60013) * 7368787
            % 10000000)::varchar, 7, '0') as registration,
        working_days * leave // 1000 as mean_leave,
    from employee
    cross join pulse
    where idx = getvariable('idx')
),
absent as (
    select
        present.*,
        least(greatest(mean_leave + spread(bits_now, 0, -2, 2), 0), days) as other_days,
        case when lane(bits_now, 1) % 100 < 22 then spread(bits_now, 2, 1, 5) else 0 end as sick,
        case when lane(bits_now, 3) % 100 < 30 then spread(bits_now, 2, 30, 900) else 0 end as overtime,
        least(lane(bits_now, 3) // 128 % 100, 40) as agile_share,
    from present
),
timed as (
    select
        *, least(sick, days - other_days) as sick_days,
        days * 432 as workable,
    from absent
),
totals as (
    select
        *, days - other_days - sick_days as present_days,
        sick_days * 432 * part_time // 10000 as sick_minutes,
        -- Whole days, and up to two hours of permits.
        other_days * 432 * part_time // 10000
            + case when other_days + sick_days < days then spread(bits_now, 1, -60, 120) else 0 end as drawn_minutes,
    from timed
),
balanced as (
    select
        *, greatest(drawn_minutes, 0) as other_minutes,
        workable * part_time // 10000 - sick_minutes - greatest(drawn_minutes, 0) as present_minutes,
    from totals
),
agile as (
    select *, case when is_agile then (present_days * (10 + agile_share) + 99) // 100 else 0 end as agile_days
    from balanced
),
parts as (
    select agile.*, 1 as part, case when second_line is null then 100 else 40 + lane(bits, 3) % 41 end as share
    from agile
    union all
    select agile.*, 2, 40 + lane(bits, 3) % 41
    from agile
    where second_line is not null
)
select
    registration, part, in_force.code as structure, profile, duty, seconded, part_time, workable,
    case
        when place = 'supporto' then 'SUPPORTO'
        when place = 'regionale' then 'REGIONALE'
        when place = 'ispettiva' then 'VIG-ISP'
        when place = 'sportello' then case when idx >= 24300 then 'INFO-CONS' else 'CTRL-PREST' end
        when part = 2 then second_line
        else line
    end as area,
    -- The first part of a shared month is rounded down, the second takes the rest.
    case part when 1 then present_minutes * share // 100 else present_minutes - present_minutes * share // 100 end
        as present_minutes,
    case part when 1 then overtime * share // 100 else overtime - overtime * share // 100 end as overtime,
    case part when 1 then sick_minutes * share // 100 else sick_minutes - sick_minutes * share // 100 end
        as sick_minutes,
    case part when 1 then other_minutes * share // 100 else other_minutes - other_minutes * share // 100 end
        as other_minutes,
    days,
    case part when 1 then present_days * share // 100 else present_days - present_days * share // 100 end
        as present_days,
    case part when 1 then agile_days * share // 100 else agile_days - agile_days * share // 100 end as agile_days,
from (select *, getvariable('idx') as idx from parts)
join in_force using (root);
