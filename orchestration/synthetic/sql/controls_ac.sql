-- Self-certifications: programmed, checked, irregular.
with
drawn as (
    select root, 12 + size * season // 1500 as programmed, draw('ac', root, '', getvariable('idx')) as bits
    from directorate
    join pulse on pulse.idx = getvariable('idx')
    where root in (from in_scope)
)
select
    getvariable('year') * 100 + getvariable('month') as periodo, root as cod_struttura,
    programmed as programmate, programmed * spread(bits, 0, 80, 104) // 100 as controllate,
    programmed * spread(bits, 1, 2, 9) // 100 as irregolari,
from drawn
order by root
