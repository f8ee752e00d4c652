-- The structures known at the end of the delivery month: no version that opens later, no closing before the
-- version that follows has opened.
select
    string_agg(
        concat_ws(
            ';', code, name, type, coalesce(parent, ''), coalesce(region_name, ''), coalesce(economic_cluster, ''),
            coalesce(staff_cluster, ''), coalesce(complexity, ''), from_date,
            case when to_date < getvariable('first_day') then to_date::varchar else '' end,
            case when to_date < getvariable('first_day') then coalesce(successor, '') else '' end
        ),
        chr(10) order by code, from_date
    ) as text,
    count(*) as rows,
from structure_version
where from_date <= getvariable('last_day')
