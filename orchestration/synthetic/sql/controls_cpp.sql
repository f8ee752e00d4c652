-- Files under control per directorate, level and model. What is found irregular is put right (yes or no) or
-- notified; what is put right is mostly so within thirty days.
with
drawn as (
    select
        root, level, model,
        greatest(4 + size * case level when 'II' then 7 else 3 end * season // 10000, 3) as due,
        draw('cpp', root || level, model, getvariable('idx')) as bits,
        draw('cpp-outcome', root || level, model, getvariable('idx')) as more_bits,
    from directorate
    cross join controlled
    cross join (values ('I'), ('II')) as levels(level)
    join pulse on pulse.idx = getvariable('idx')
    where root in (from in_scope)
),
checked as (
    select *, due * spread(bits, 0, 90, 100) // 100 as checked
    from drawn
),
found as (
    select
        *,
        whole(checked * spread(bits, 1, 10, 60), bits, 2)::bigint as regularised_yes,
        whole(checked * spread(more_bits, 0, 5, 40), more_bits, 1)::bigint as regularised_no,
        whole(checked * spread(more_bits, 2, 0, 15), more_bits, 3)::bigint as notified,
    from checked
)
select
    getvariable('year') * 100 + getvariable('month') as periodo,
    root as cod_struttura, level as livello, model as cod_prodotto, due as a_controllo, checked as controllate,
    regularised_yes as regolarizzate_si, regularised_no as regolarizzate_no, notified as notificate,
    (regularised_yes + regularised_no) * spread(bits, 3, 60, 100) // 100 as regolarizzate_30gg,
from found
order by root, level, model
