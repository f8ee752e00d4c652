-- What the finance indicators read from the elementary measures: balances of two accounts and the consumables of
-- three years, by directorate.

-- Balances at the end of a year, in euro: a twelfth less every year, more or less.
create macro balance_at_end(root, measure, amount, year) as
    amount * (1000 - 80 * (year - 2021)) // 1000 * spread(draw('balance', root, measure, year), 0, 94, 106) // 100;

create table finance_measure as
select
    root, measure, has_opening,
    size * (weight * 1000000 // (select sum(weight) from structure where type in ('DR', 'DCM')))::bigint as amount,
from structure
cross join (
    values ('SALDO_GPA0037', 9, true), ('SALDO_GPA52002', 4, true), ('MAT_CONS_3A', 8, false)
) as measures(measure, size, has_opening)
where type in ('DR', 'DCM') and root in (from in_scope);

-- The month's rows. A balance moves in equal steps from one year's end to the next; the former stands beside it. The
-- consumables are euro of three years over heads of three years.
create view finance_measure_of_month as
select
    root as code, measure, opening + (closing - opening) * getvariable('month') // 12 as numerator,
    opening as denominator,
from (
    select
        root, measure, balance_at_end(root, measure, amount, getvariable('year') - 1) as opening,
        balance_at_end(root, measure, amount, getvariable('year')) as closing,
    from finance_measure
    where has_opening
)
union all
select
    root, measure, amount // 100 * spread(draw('measure', root, measure, getvariable('idx')), 0, 70, 150),
    amount // 100,
from finance_measure
where not has_opening;
