-- Audit campaigns and follow-up visits, a few a year.
with
drawn as (
    select root, draw('audit', root, '', getvariable('idx')) as bits
    from directorate
    where root in (from in_scope)
),
planned as (
    select root, bits, (lane(bits, 0) % 6 = 0)::integer as campaigns, lane(bits, 1) % 3 as visits
    from drawn
)
select
    getvariable('year') * 100 + getvariable('month') as periodo, root as cod_struttura,
    campaigns as campagne_previste, case when lane(bits, 2) % 10 < 9 then campaigns else 0 end as campagne_concluse,
    visits as accessi_previsti, visits - (lane(bits, 2) // 10 % 10 = 0 and visits > 0)::integer as accessi_svolti,
    greatest(visits - (lane(bits, 2) // 10 % 10 = 0 and visits > 0)::integer - (lane(bits, 3) % 4 = 0)::integer, 0)
        as esiti_positivi,
from planned
order by root
