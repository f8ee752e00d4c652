-- The cost list of the month: actual costs document by document, and with them the budget and the four
-- forecasts of that month, which are kept by directorate and chapter.

create or replace temp table in_force as
select root, code, type, parent
from structure_version
where from_date <= getvariable('first_day') and coalesce(to_date, date '9999-12-31') >= getvariable('first_day');

create or replace temp table expected as
select
    cost_base.*, in_force.code,
    case when cost_base.type in ('DR', 'DCM') then code else parent end as region,
    mean_cents * growth // 1000 * case
        when not is_seasonal then 100
        when getvariable('month') in (11, 12, 1, 2, 3) then 170
        else 50
    end // 100 as cents,
from cost_base
join in_force using (root)
join pulse on pulse.idx = getvariable('idx')
where from_year = case when getvariable('year') >= 2025 then 2025 else 2021 end;

create or replace temp table actual as
with
bits_of_cell as (
    select expected.*, draw('cost', root, account, getvariable('idx')) as cell_bits
    from expected
),
drawn as (
    select
        bits_of_cell.*,
        cents * spread(cell_bits, 0, 93, 107) // 100 as spent,
        lane(cell_bits, 1) * 10000 // 65536 as position,
        is_personnel or getvariable('documents') > 2 as is_divided,
    from bits_of_cell
),
-- Direct for production, other direct, indirect: all three where amounts are large, else one by its odds.
classed as (
    select
        drawn.*, kind, draw('documents', root || kind, account, getvariable('idx')) as bits,
        case
            when not is_divided then spent
            when kind = 'production' then spent * production_share // 10000
            when kind = 'direct' then spent * (direct_share - production_share) // 10000
            else spent - spent * production_share // 10000 - spent * (direct_share - production_share) // 10000
        end as amount,
    from drawn
    cross join (values ('production'), ('direct'), ('indirect')) as kinds(kind)
    where is_divided or kind = case
        when position < production_share then 'production'
        when position < direct_share then 'direct'
        else 'indirect'
    end
),
counted as (
    select
        classed.*,
        case
            when getvariable('documents') > 2 then spread(bits, 0, 1, getvariable('documents'))
            when lane(bits, 0) % 8 = 0 then 2
            else 1
        end as documents,
    from classed
),
-- The last of several documents may be a reversal (storno): its weight is negative.
document as (
    select
        counted.*, n, draw('document', bits, n, '') as document_bits,
        n = documents and documents > 1 and lane(bits, 1) % 3 = 0 as is_reversal,
    from counted
    cross join lateral (select unnest(range(1, documents + 1)) as n)
),
weighed as (
    select *, case when is_reversal then -15 else spread(document_bits, 0, 60, 140) end as document_weight
    from document
),
stacked as (
    select
        *,
        sum(document_weight) over (partition by cell, kind order by n) as upper,
        sum(document_weight) over (partition by cell, kind) as whole_weight,
    from weighed
)
select
    cell, code, kind, chapter, cost_group, account, n, is_reversal,
    (amount::hugeint * upper // whole_weight - amount::hugeint * (upper - document_weight) // whole_weight)::bigint
        as cents,
    case
        when not is_personnel and lane(document_bits, 1) % 1000 < 25 then '1005'
        when kind = 'production' then '33' || lpad((1 + lane(document_bits, 2) % 4)::varchar, 2, '0')
        when kind = 'direct' then '22' || lpad((1 + lane(document_bits, 2) % 3)::varchar, 2, '0')
        else '1101'
    end as centre,
    case when is_reversal then 'Storno ' else '' end || case
        when lane(document_bits, 3) % 50 = 0 then ''
        when lane(document_bits, 3) % 5 = 0 then replace(description, ' ', chr(160))
        else description
    end as description,
    getvariable('first_day') + (lane(document_bits, 2) // 16 % day(getvariable('last_day')))::integer as posted,
from stacked;

create or replace temp table planned as
with
by_region as (
    select region, chapter, cost_group, account, description, sum(cents)::bigint as cents
    from expected
    group by all
)
select
    by_region.*, tipo,
    cents * (1000 + spread(draw(tipo, region, account, getvariable('year')), 0, -width, width)) // 1000 as plan_cents,
from by_region
cross join (values ('BDG', 60), ('F01', 55), ('F02', 40), ('F03', 28), ('F04', 18)) as versions(tipo, width);

create or replace temp table cost_line as
with
numbered as (
    select *, row_number() over (order by cell, kind, n) as position
    from actual
    where cents <> 0
)
select
    position, code, centre, cost_group, chapter, account, description, 'EFF' as tipo,
    case when kind = 'indirect' then 'I' else 'D' end as direct,
    case when kind = 'production' then 'X' else '' end as production,
    cents, '51' || lpad(((getvariable('idx') % 100) * 1000000 + position)::varchar, 8, '0') as document,
    posted,
from numbered
union all
select
    10000000 + row_number() over (order by region, account, tipo), region, '3301', cost_group, chapter, account,
    description, tipo, 'D', '', plan_cents, '', getvariable('last_day')
from planned;

-- The thirteenth period of the year: small adjustments of the actual costs of one cell in seven.
create or replace temp table adjustment_line as
select
    cell as position, code, '3301' as centre, cost_group, chapter, account,
    'Rettifica di chiusura' as description, 'EFF' as tipo, 'D' as direct, 'X' as production,
    cents * 12 * spread(draw('closing-cost', root, account, getvariable('year')), 1, -8, 6) // 1000 as cents,
    '52' || lpad((getvariable('year') % 100 * 100000 + row_number() over (order by code, account))::varchar, 8, '0')
        as document,
    getvariable('last_day') as posted,
from expected
where getvariable('month') = 12 and lane(draw('closing-cost', root, account, getvariable('year')), 0) % 7 = 0;
