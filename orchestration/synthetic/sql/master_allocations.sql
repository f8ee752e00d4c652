select
    string_agg(
        concat_ws(
            ';', model, type, line, from_date,
            case when to_date < getvariable('first_day') then to_date::varchar else '' end
        ),
        chr(10) order by model, type, from_date
    ) as text,
    count(*) as rows,
from allocation
where from_date <= getvariable('last_day')
