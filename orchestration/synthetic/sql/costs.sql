-- What every cost centre spends on every chapter.

-- Parts of a directorate's costs, per thousand or so, by the chapter without its first digit (the plan of 2025
-- renumbers three chapters). Overtime's chapter carries the whole cost of the personnel.
create table chapter as
with
part (family, weight, is_seasonal) as (
    values
    ('U1102002', 780, false), ('U1102005', 4, false), ('U1102028', 14, false), ('U1104052', 3, false),
    ('U1206063', 1, false), ('U1104001', 1, false), ('U1104005', 3, false), ('U1104009', 8, false),
    ('U1104012', 22, true), ('U1104013', 14, true), ('U1104014', 38, false), ('U1104015', 46, false),
    ('U1104016', 14, false), ('U1104018', 6, false), ('U1104040', 3, false), ('U1104057', 22, false),
    ('U1104072', 15, false), ('U1210001', 12, false), ('F1104015', 18, false), ('U2112010', 9, false),
    ('U2112011', 3, false), ('U2112013', 4, false), ('U2112014', 3, false)
)
select
    anno_da::integer as from_year, capitolo as chapter, gruppo_vdc as cost_group, part.weight, part.is_seasonal,
    part.family = 'U1102002' as is_personnel,
    'AA0' || left(capitolo, 1) || '00' || right(capitolo, 4) as account,
    case when part.family = 'U1102002' then 'Competenze, straordinario e turni' else descrizione end as description,
from read_csv(getvariable('acts') || '/capitoli_spesa.csv', all_varchar = true)
join part on part.family = substr(capitolo, 2)
where ambito = 'strutture territoriali';

-- A year's cost of every office and directorate in cents: the published cost of a point times the points of the
-- productive lines; the directorate itself takes 7 in 100.
create table cost_centre as
with
made as (
    select
        region, sum(points) filter (type not in ('DR', 'DCM') and is_productive)::bigint as points
    from cell
    join line using (line)
    group by region
),
spent as (
    select region, direct_share, production_share, points * 12 // 10000 * point_cost_cents as year_cents
    from region
    join made using (region)
),
sized as (
    select
        root, region, structure.type,
        case when type in ('DR', 'DCM') then 0 else structure.weight + coalesce(agencies.weight, 0) end as weight,
    from structure
    left join (select office, sum(weight)::bigint as weight from agency group by office) as agencies
        on agencies.office = structure.root
    where type <> 'AG'
)
select
    root, region, type, direct_share, production_share,
    case
        when type in ('DR', 'DCM') then year_cents * 7 // 100
        else (year_cents::hugeint * 93 // 100 * weight // sum(weight) over (partition by region))::bigint
    end as year_cents,
from sized
join spent using (region)
order by root;

-- The same by chapter, in a mean month.
create table cost_base as
select
    row_number() over (order by root, from_year, chapter) as cell, root, type, direct_share, production_share,
    chapter.*,
    (year_cents::hugeint * weight // sum(weight) over (partition by root, from_year) // 12)::bigint as mean_cents,
from cost_centre
cross join chapter
where root in (from in_scope)
order by cell;
