-- The people, one row per place of work. `seat` is stable; when a place changes hands (`change` is the month's
-- index) the same row goes on under the second registration number.
create table seat as
with
-- 25,400 people at full scale: 93 in 100 with the offices and agencies, 7 with the directorates.
nation as (
    select sum(weight)::bigint as weight
    from structure
    where type in ('DR', 'DCM')
),
staffed as (
    select
        structure.*,
        structure.weight * 25400 * case when type in ('DR', 'DCM') then 70 else 930 end
            // getvariable('divisor') // nation.weight as thousandths,
    from structure
    cross join nation
),
counted as (
    select
        staffed.*,
        greatest(
            whole(
                thousandths * spread(draw('heads', root, '', ''), 0, 94, 106) // 100,
                draw('heads', root, '', ''), 1
            ),
            case when type in ('DR', 'DCM') then 1 else 2 end
        )::bigint as heads,
    from staffed
),
numbered as (
    select
        counted.*, n, draw('seat', root, n, '') as bits, draw('place', root, n, '') as place_bits,
        row_number() over (order by root, n) as number,
    from counted
    cross join lateral (select unnest(range(1, heads + 1)) as n)
),
placed as (
    select
        numbered.*,
        case
            when type in ('DR', 'DCM') then case when lane(place_bits, 0) % 100 < 85 then 'regionale' else 'linea' end
            when lane(place_bits, 0) % 1000 < 125 then 'supporto'
            when type <> 'AG' and lane(place_bits, 0) % 1000 < 160 then 'ispettiva'
            when lane(place_bits, 0) % 1000 < 200 then 'sportello'
            else 'linea'
        end as place,
    from numbered
)
select
    root, n, number, type, region, place, bits, place_bits,
    24180 + lane(bits, 3) % 600 as change,
    case
        when place = 'supporto' and lane(place_bits, 1) % 100 < 5 then 'centralino'
        when place = 'supporto' and lane(place_bits, 1) % 100 < 25 then 'staff'
        when place = 'linea' then 'produzione'
        else place
    end as duty,
    -- Half, two thirds, three quarters, five or eleven twelfths of a full-time week for one in ten.
    case when lane(bits, 0) % 10 = 0 then [5000, 6667, 7500, 8333, 9167][1 + lane(bits, 0) // 10 % 5] else 10000 end
        as part_time,
    case when lane(bits, 0) // 64 % 50 = 0 then 'S' else 'N' end as seconded,
    lane(bits, 1) % 100 < 55 as is_agile,
    place = 'linea' and lane(bits, 2) % 1000 < 105 as is_shared,
from placed
where root in (from in_scope);

-- Which line a seat works for, and the second one of a shared seat: by the points of the structure's lines.
create table seat_line as
with
work as (
    select root, line, sum(points)::bigint as points
    from cell
    where from_date < date '2025-01-01' and line <> 'VIG-ISP'
    group by all
),
stacked as (
    select
        root, line,
        (sum(points) over (partition by root order by line))::bigint as upper,
        (sum(points) over (partition by root order by line) - points)::bigint as lower,
        (sum(points) over (partition by root))::bigint as total,
    from work
)
select seat.number, turn.n as turn, stacked.line
from seat
cross join (values (2), (3)) as turn(n)
join stacked
    on stacked.root = seat.root
    and stacked.total * lane(seat.place_bits, turn.n) // 65536 >= stacked.lower
    and stacked.total * lane(seat.place_bits, turn.n) // 65536 < stacked.upper
where seat.place = 'linea';

create table employee as
select
    seat.*,
    first_line.line as line,
    case when is_shared and second_line.line <> first_line.line then second_line.line end as second_line,
    case
        when place = 'ispettiva' then 'ispettore_vigilanza'
        when first_line.line = 'MED-LEG' and lane(bits, 2) // 8 % 100 < 75 then 'sanitario'
        when first_line.line in ('MED-LEG', 'REQ-SS') and lane(bits, 2) // 8 % 100 < 85 then 'socio_assistenziale'
        when place in ('supporto', 'regionale') and lane(bits, 2) // 8 % 100 < 12 then 'informatico'
        when place in ('supporto', 'regionale') and lane(bits, 2) // 8 % 100 < 17 then 'tecnico'
        when place in ('supporto', 'regionale') and lane(bits, 2) // 8 % 100 < 20 then 'edilizio'
        when duty = 'centralino' then 'operatore'
        when lane(bits, 1) // 128 % 100 < 10 then 'elevata_professionalita'
        when lane(bits, 1) // 128 % 100 < 70 then 'funzionario'
        when lane(bits, 1) // 128 % 100 < 93 then 'assistente'
        else 'operatore'
    end as profile,
from seat
left join seat_line as first_line on first_line.number = seat.number and first_line.turn = 2
left join seat_line as second_line on second_line.number = seat.number and second_line.turn = 3
order by seat.number;
