-- What every cost centre spends on every chapter.

-- Parts of a directorate's costs, per thousand or so, by the chapter without its first digit (the plan of 2025
-- renumbers three chapters) and the account, whose fifth character tells apart what one chapter pays for. The salaries
-- stand on a chapter of their own, which no act assesses.
create table chapter as
with
part (family, variant, weight, is_seasonal, detail) as (
    values
    ('U1101001', 0, 775, false, null), ('U1102002', 0, 5, false, 'Straordinario e turni'),
    ('U1102005', 0, 3, false, null), ('U1102005', 1, 1, false, 'Missioni 01/07'), ('U1102028', 0, 14, false, null),
    ('U1104052', 0, 3, false, null), ('U1206063', 0, 1, false, null), ('U1104001', 0, 1, false, null),
    ('U1104005', 0, 3, false, null), ('U1104009', 0, 8, false, null), ('U1104012', 0, 22, true, null),
    ('U1104013', 0, 14, true, null), ('U1104014', 1, 17, false, 'Vigilanza e guardiania'),
    ('U1104014', 2, 18, false, 'Pulizia'), ('U1104014', 3, 3, false, 'Acqua e materiale igienico'),
    ('U1104015', 0, 46, false, null), ('U1104016', 0, 14, false, null), ('U1104018', 0, 6, false, null),
    ('U1104040', 0, 3, false, null), ('U1104057', 0, 22, false, null), ('U1104072', 0, 15, false, null),
    ('U1210001', 0, 12, false, null), ('F1104015', 0, 18, false, null), ('U2112010', 0, 9, false, null),
    ('U2112011', 0, 3, false, null), ('U2112013', 0, 4, false, null), ('U2112014', 0, 3, false, null)
),
known as (
    select anno_da::integer as from_year, capitolo, gruppo_vdc, descrizione
    from read_csv(getvariable('acts') || '/capitoli_spesa.csv', all_varchar = true)
    where ambito = 'strutture territoriali'
    union all
    select from_year, chapter_code, cost_group_code, chapter_name
    from read_csv(getvariable('registry') || '/other_chapters.csv', all_varchar = true)
    cross join (values (2021), (2025)) as regimes(from_year)
)
select
    from_year, capitolo as chapter, gruppo_vdc as cost_group, part.weight, part.is_seasonal,
    part.family = 'U1101001' as is_personnel,
    'AA0' || left(capitolo, 1) || part.variant || '0' || right(capitolo, 4) as account,
    coalesce(part.detail, descrizione) as description,
from known
join part on part.family = substr(capitolo, 2);

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
    row_number() over (order by root, from_year, account) as cell, root, type, direct_share, production_share,
    chapter.*,
    (year_cents::hugeint * weight // sum(weight) over (partition by root, from_year) // 12)::bigint as mean_cents,
from cost_centre
cross join chapter
where root in (from in_scope)
order by cell;
