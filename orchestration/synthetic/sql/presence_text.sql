select
    string_agg(
        concat_ws(
            ';', lpad(getvariable('month')::varchar, 2, '0') || '/' || getvariable('year'), registration, structure,
            area, profile, duty, seconded, two_decimals(part_time, ','), clock(workable), clock(present_minutes),
            clock(overtime), clock(sick_minutes), clock(other_minutes), days, present_days, agile_days
        ),
        chr(13) || chr(10) order by structure, registration, part
    ) as text,
    count(*) as rows,
    coalesce(sum(present_minutes), 0)::bigint as ore_presenza,
from attendance
