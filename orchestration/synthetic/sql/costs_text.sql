with
line as (
    select * from cost_line where getvariable('period') < 13
    union all
    select * from adjustment_line where getvariable('period') = 13 and cents <> 0
),
-- `place`: a centre's lines, then its subtotal; the total of the list closes it.
printed as (
    select
        code, 1 as place, position, cents,
        concat_ws(
            '|', '', wide(getvariable('year')::varchar, 9), wide(lpad(getvariable('period')::varchar, 2, '0'), 4),
            'INPS', wide(code, 25), wide(centre, 5), wide(cost_group, 10), wide(chapter, 9), wide(account, 10),
            wide(description, 27), wide(tipo, 4), wide(direct, 3), wide(production, 4),
            flush_right(alv_amount(cents), 18), 'EUR ', wide(document, 10), strftime(posted, '%d.%m.%Y'), ''
        ) as text,
    from line
    union all
    select
        coalesce(code, '~'), 2, 0, null,
        concat_ws(
            '|', '', wide(case when code is null then '**' else '*' end, 9), '    ', '    ',
            wide(coalesce(code, ''), 25), repeat(' ', 5), repeat(' ', 10), repeat(' ', 9), repeat(' ', 10),
            repeat(' ', 27), '    ', '   ', '    ', flush_right(alv_amount(sum(cents)::bigint), 18),
            'EUR ', repeat(' ', 10),
            repeat(' ', 10), ''
        ),
    from line
    group by rollup (code)
)
select
    string_agg(text, chr(10) order by code, place, position) as text,
    count(*) filter (place = 1) as rows,
    two_decimals(coalesce(sum(cents), 0)::bigint, '.') as importo,
from printed
