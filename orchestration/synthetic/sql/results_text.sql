with
line as (
    select * from result_line where getvariable('period') < 13
    union all
    select * from result_adjustment where getvariable('period') = 13 and cents <> 0
),
printed as (
    select
        code, 1 as place, item, tipo, cents,
        concat_ws(
            '|', '', wide(getvariable('year')::varchar, 9), wide(lpad(getvariable('period')::varchar, 2, '0'), 4),
            wide(code, 25), wide(item, 45), wide(tipo, 4), flush_right(alv_amount(cents), 18), 'EUR ', ''
        ) as text,
    from line
    union all
    select
        coalesce(code, '~'), 2, '', '', null,
        concat_ws(
            '|', '', wide(case when code is null then '**' else '*' end, 9), '    ', wide(coalesce(code, ''), 25),
            repeat(' ', 45), '    ', flush_right(alv_amount(sum(cents)::bigint), 18), 'EUR ', ''
        ),
    from line
    group by rollup (code)
)
select
    string_agg(text, chr(10) order by code, place, item, tipo) as text,
    count(*) filter (place = 1) as rows,
    two_decimals(coalesce(sum(cents), 0)::bigint, '.') as importo,
from printed
