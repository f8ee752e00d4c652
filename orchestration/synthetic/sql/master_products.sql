select
    string_agg(
        concat_ws(
            ';', model, product, description, product_group, four_decimals(coefficient, '.'), from_date,
            case when to_date < getvariable('first_day') then to_date::varchar else '' end
        ),
        chr(10) order by model, from_date
    ) as text,
    count(*) as rows,
from product_version
where from_date <= getvariable('last_day')
