-- The institute's structures. A structure that continues another after a re-organisation keeps its `root`, the
-- key of every draw and of every backlog; its `code` is the one in force in the month.

create table act_structure as
select
    codice as code,
    denominazione as name,
    tipo as type,
    codice_padre as parent,
    regione as region_name,
    cluster_economico as economic_cluster,
    cluster_regionale_personale as staff_cluster,
    complessita as complexity,
    presente_2014 || presente_2016 || presente_2021 || presente_2024 as mentions,
from read_csv(getvariable('acts') || '/strutture.csv', all_varchar = true);

-- Size of each directorate: the points its published targets imply (results / profitability / cost per point).
create table region as
select
    results.codice_struttura as region,
    (results.valore::bigint * 10000)
        // (profit.valore::decimal(9, 2) * 100)::bigint
        // (cost.valore::decimal(9, 2) * 100)::bigint as weight,
    (cost.valore::decimal(9, 2) * 100)::bigint as point_cost_cents,
    (direct.valore::decimal(9, 2) * 100)::bigint as direct_share,
    (made.valore::decimal(9, 2) * 100)::bigint as production_share,
from read_csv(getvariable('acts') || '/obiettivi_ieep_2021.csv', all_varchar = true) as results
join read_csv(getvariable('acts') || '/obiettivi_redditivita_2021.csv', all_varchar = true) as profit
    using (codice_struttura)
join read_csv(getvariable('acts') || '/obiettivi_indicatori_economici_2021.csv', all_varchar = true) as direct
    on direct.codice_struttura = results.codice_struttura and direct.codice_indicatore = '1'
join read_csv(getvariable('acts') || '/obiettivi_indicatori_economici_2021.csv', all_varchar = true) as made
    on made.codice_struttura = results.codice_struttura and made.codice_indicatore = '2'
join read_csv(getvariable('acts') || '/obiettivi_indicatori_economici_2021.csv', all_varchar = true) as cost
    on cost.codice_struttura = results.codice_struttura and cost.codice_indicatore = '3'
where results.codice_voce = 'IEEP' and results.codice_struttura <> 'NAZIONALE';

-- An office's part of its directorate, by managerial complexity. A scale that keeps some offices keeps those of
-- greatest complexity and those that are re-organised.
create table office as
with
sized as (
    select
        code as root, type, parent as region, complexity,
        case
            when complexity = 'metropolitana' then 12
            when complexity = 'alta' then 7
            when complexity = 'media' then 4
            when type = 'FM' then 5
            when code = 'DP-ROSSANO-CALABRO' then 1
            else 2
        end as size,
    from act_structure
    where type in ('DP', 'FM')
    qualify
        getvariable('offices') = 0
        or code in ('DP-ROSSANO-CALABRO', 'FM-NAPOLI-STABIESE')
        or row_number() over (partition by parent order by size desc, code) <= getvariable('offices')
),
rated as (
    select *, spread(draw('office', root, '', ''), 0, 800, 1200) * size as rating from sized
)
select
    root, type, region, rated.complexity,
    region.weight * rating // sum(rating) over (partition by region) as weight,
from rated
join region using (region);

-- Invented agencies, shared out among the offices by highest average (d'Hondt), numbered within the office.
create table agency as
select
    'AG-' || substr(root, 4) || '-' || lpad(n::varchar, 2, '0') as code,
    root as office, region, complexity,
    weight * spread(draw('agency', root, n, ''), 0, 4, 7) // 100 as weight,
from office
cross join range(1, 13) as counted(n)
where root <> 'DP-ROSSANO-CALABRO'
order by weight // n desc, root
limit getvariable('agencies');

-- One row per structure that has work of its own; `weight` is its share of the nation (sum of all = nation).
create table structure as
with
every_one as (
    select
        office.root, office.type, office.region, office.root as office, office.complexity,
        office.weight - coalesce(handed_over.weight, 0) as weight,
    from office
    left join (select office, sum(weight)::bigint as weight from agency group by office) as handed_over
        on handed_over.office = office.root
    union all
    select code, 'AG', region, office, complexity, weight from agency
    union all
    select code, type, code, code, complexity, region.weight
    from act_structure
    join region on region = code
)
select root, type, region, office, complexity, weight::bigint as weight
from every_one
order by root;

create table in_scope as
select root
from structure
where getvariable('directorates') = '' or region in (select unnest(string_split(getvariable('directorates'), ',')));

-- Every version that the master ever shows. `to_date` is the last day included; null is open.
create table structure_version as
with
agency_as_structure as (
    select
        agency.code, 'Agenzia sintetica ' || replace(act_structure.name, 'Direzione provinciale ', '')
            || ' n. ' || right(agency.code, 2) as name,
        'AG' as type, agency.office as parent, act_structure.region_name,
        null as economic_cluster, null as staff_cluster, act_structure.complexity, '0011' as mentions,
    from agency
    join act_structure on act_structure.code = agency.office
),
listed as (
    select
        code, code as root, name, type,
        case when type in ('DP', 'FM') then parent else 'NAZIONALE' end as parent,
        region_name, economic_cluster, staff_cluster, complexity,
        case when mentions = '0001' then date '2024-01-01' else date '2010-01-01' end as from_date,
        case when right(mentions, 2) = '00' then date '2020-12-31' end as to_date,
        null as successor,
    from act_structure
    union all
    select
        code, code, name, type, parent, region_name, economic_cluster, staff_cluster, complexity,
        date '2010-01-01', null, null,
    from agency_as_structure
    union all
    select 'NAZIONALE', 'NAZIONALE', 'Nazionale', 'NAZ', null, null, null, null, null, date '2010-01-01', null, null
),
-- 2025-04-01: the provincial office of Rossano becomes a branch and keeps its backlog.
-- 2025-07-01: the metropolitan branch of the Stabia area passes to the regional directorate of Campania.
reorganised as (
    select * replace (
        case code
            when 'DP-ROSSANO-CALABRO' then date '2025-03-31'
            when 'FM-NAPOLI-STABIESE' then date '2025-06-30'
            else to_date
        end as to_date,
        case when code = 'DP-ROSSANO-CALABRO' then 'FP-ROSSANO-CALABRO' end as successor
    )
    from listed
    union all
    select * replace (
        'FP-ROSSANO-CALABRO' as code, 'Filiale provinciale Rossano Calabro' as name, 'FP' as type,
        date '2025-04-01' as from_date
    )
    from listed
    where code = 'DP-ROSSANO-CALABRO'
    union all
    select * replace ('DR-CAMPANIA' as parent, date '2025-07-01' as from_date)
    from listed
    where code = 'FM-NAPOLI-STABIESE'
)
select reorganised.*
from reorganised
left join structure using (root)
where root in (from in_scope) or (structure.root is null and reorganised.type not in ('DP', 'FM'))
order by code, from_date;
