-- The results of the month: targets (OBV, from 2022) and actual amounts (EFF) around them.
create or replace temp table in_force as
select root, code, type
from structure_version
where from_date <= getvariable('first_day') and coalesce(to_date, date '9999-12-31') >= getvariable('first_day');

create or replace temp table result_line as
with
expected as (
    select
        in_force.code, root, item,
        -- One per cent more every year; half of the season of the production.
        (cents::hugeint * (1000 + (getvariable('year') - 2021) * 10) // 1000 * (1000 + season) // 2000)::bigint
            as target,
        draw('result', root, item, getvariable('idx')) as bits,
        draw('result-year', root, item, getvariable('year')) as year_bits,
    from result_base
    join in_force using (root)
    join pulse on pulse.idx = getvariable('idx')
    where from_year = case when getvariable('year') >= 2025 then 2025 else 2021 end and cents > 0
)
select
    code, item, 'EFF' as tipo,
    target * spread(year_bits, 0, 88, 113) // 100 * spread(bits, 0, 75, 125) // 100 as cents,
from expected
union all
select code, item, 'OBV', target
from expected
where getvariable('year') >= 2022;

create or replace temp table result_adjustment as
select
    in_force.code, item, 'EFF' as tipo,
    cents * 12 * spread(draw('closing-result', root, item, getvariable('year')), 1, -6, 6) // 1000 as cents,
from result_base
join in_force using (root)
where
    getvariable('month') = 12
    and from_year = case when getvariable('year') >= 2025 then 2025 else 2021 end
    and lane(draw('closing-result', root, item, getvariable('year')), 0) % 10 < 3;
