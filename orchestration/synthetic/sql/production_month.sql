-- The production of the month `idx`. Everything is a function of the month alone: the closing backlog is drawn,
-- the received pieces are drawn, and the completed ones follow from the identity of the stocks
--     closing = opening + received - completed - completed by others + adjustments.
-- Where that would need negative work the received pieces are raised by what is missing.

-- Slow wave of a backlog, per mille: straight lines between draws six months apart.
create or replace temp table wave as
with
knot as (
    select
        group_id, moment.idx,
        spread(draw('wave', root, line, moment.idx // 6), 0, 850, 1150) as low,
        spread(draw('wave', root, line, moment.idx // 6 + 1), 0, 850, 1150) as high,
    from (select distinct group_id, root, line from cell)
    cross join (values (getvariable('idx') - 1), (getvariable('idx'))) as moment(idx)
)
select group_id, idx, (low * (6 - idx % 6) + high * (idx % 6)) // 6 as wave
from knot
where idx not in (select idx from closing);

delete from closing where idx not in (getvariable('idx') - 1, getvariable('idx'));
insert into closing
with
drawn as (
    select
        id, wave.idx, stock * wave // 1000 * growth // 1000 as mean,
        draw('stock', root, model, wave.idx) as bits,
        wave.idx - (year(from_date) * 12 + month(from_date) - 1) + 1 as age,
    from cell
    join wave using (group_id)
    join pulse using (idx)
)
-- A new line's backlog takes six months to fill.
select id, idx, bits, whole(mean * spread(bits, 1, 970, 1030) // 1000 * least(age, 6) // 6, bits, 0)
from drawn
where age > 0;

create or replace temp table rendered as
select helper, owner, id, model, pieces, sum(pieces) over (partition by id)::bigint as of_the_owner,
from (
    select
        helper, owner, id, model,
        whole(
            aid.pieces * season // 1000 * spread(draw('aid', helper || owner, model, idx), 1, 700, 1300) // 1000,
            draw('aid', helper || owner, model, idx), 0
        )::bigint as pieces,
    from aid
    cross join pulse
    join model using (model)
    where idx = getvariable('idx') and from_date <= getvariable('first_day')
)
where pieces > 0;

create or replace temp table owned as
with
drawn as (
    select
        cell.id, cell.root, cell.model, rejected_share, automated_share,
        coalesce(opening.pieces, 0) as opening,
        closing.pieces as closing,
        closing.bits as stock_bits,
        draw('received', cell.root, cell.model, getvariable('idx')) as bits,
        received * season // 1000 * growth // 1000 as mean,
        coalesce(helped.pieces, 0) as by_others,
    from cell
    join closing on closing.id = cell.id and closing.idx = getvariable('idx')
    left join closing as opening on opening.id = cell.id and opening.idx = getvariable('idx') - 1
    join pulse on pulse.idx = getvariable('idx')
    left join (select distinct id, of_the_owner as pieces from rendered) as helped on helped.id = cell.id
),
flows as (
    select
        drawn.*,
        whole(mean * spread(bits, 1, 900, 1100) // 1000, bits, 0) as drawn_received,
        -- One backlog in sixteen is adjusted, more often downwards.
        case when lane(bits, 2) % 16 = 0 then opening * spread(bits, 3, -30, 20) // 1000 else 0 end as adjusted,
    from drawn
),
balanced as (
    select *, opening + drawn_received - by_others + adjusted - closing as balance
    from flows
),
completed as (
    select *, greatest(balance, 0) as completed, drawn_received + greatest(-balance, 0) as received
    from balanced
)
select
    id, root, model, opening, received::bigint as received, completed::bigint as completed, adjusted, closing,
    whole(completed * rejected_share * spread(stock_bits, 2, 80, 120) // 100, bits, 3)::bigint as rejected,
    (completed * least(automated_share + (getvariable('idx') - 24252) * 2, 920)
        * spread(stock_bits, 3, 900, 1050) // 1000000)::bigint as automated,
from completed;

-- Structures and lines under the names they have in the month. `place` orders the rows: own work, then others'.
create or replace temp table in_force as
select root, code, type
from structure_version
where from_date <= getvariable('first_day') and coalesce(to_date, date '9999-12-31') >= getvariable('first_day');

create or replace temp table line_in_force as
select distinct model, line
from allocation
where from_date <= getvariable('first_day') and coalesce(to_date, date '9999-12-31') >= getvariable('first_day');

create or replace temp table production as
select
    id as place, in_force.code as structure, line_in_force.line, product, model, 'P' as mode, '' as helped,
    opening, received, completed - rejected as accepted, rejected, automated, adjusted, closing,
from owned
join in_force using (root)
join line_in_force using (model)
join model using (model)
union all
select
    10000000 + row_number() over (order by work.helper, work.owner, model), helper.code, line_in_force.line,
    product, model, 'R', owner.code,
    0, 0, pieces - rejected, rejected, 0, 0, 0,
from (
    select *, pieces * 7 // 100 as rejected from rendered
) as work
join in_force as helper on helper.root = work.helper
join in_force as owner on owner.root = work.owner
join line_in_force using (model)
join model using (model);
