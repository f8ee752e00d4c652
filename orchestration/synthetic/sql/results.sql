-- The economic results that every office is expected to reach in a mean month, by item.

-- The items of 2025 are read as parts (per mille) of the items of 2021.
create table result_item as
with
renewed (item, source, share) as (
    values
    ('2025-DC-ENTRATE-01', 'E1', 1000), ('2025-DC-ENTRATE-02', 'E2.1', 1000), ('2025-DC-ENTRATE-02', 'E2.2', 1000),
    ('2025-DC-ENTRATE-02', 'E2.3', 1000), ('2025-DC-ENTRATE-03', 'E4', 1000), ('2025-DC-ENTRATE-04', 'E3.1', 1000),
    ('2025-DC-ENTRATE-04', 'E3.2', 1000), ('2025-DC-ENTRATE-05', 'E2.1', 450), ('2025-DC-ENTRATE-05', 'E2.2', 450),
    ('2025-DC-ENTRATE-06', 'E1', 120), ('2025-DC-ENTRATE-07', 'E4', 500),
    ('2025-DC-PENSIONI-01', 'P2.1', 1000), ('2025-DC-PENSIONI-01', 'P2.3', 1000),
    ('2025-DC-PENSIONI-02', 'P1.1', 1000), ('2025-DC-PENSIONI-03', 'P2.1', 550), ('2025-DC-PENSIONI-04', 'P3.1', 900),
    ('2025-DC-PENSIONI-05', 'P4', 900), ('2025-DC-PENSIONI-06', 'P4', 300),
    ('2025-DC-AMMORTIZZATORI-SOCIALI-01', 'P2.4', 1000), ('2025-DC-AMMORTIZZATORI-SOCIALI-02', 'P1.2', 1000),
    ('2025-DC-AMMORTIZZATORI-SOCIALI-03', 'P2.4', 500), ('2025-DC-AMMORTIZZATORI-SOCIALI-04', 'P3.2', 900),
    ('2025-DC-AMMORTIZZATORI-SOCIALI-05', 'P2.4', 60),
    ('2025-DC-SALUTE-DISABILITA-01', 'P2.2', 1000), ('2025-DC-SALUTE-DISABILITA-02', 'P1.3', 1000),
    ('2025-DC-SALUTE-DISABILITA-03', 'P2.2', 400), ('2025-DC-SALUTE-DISABILITA-04', 'P3.3', 900),
    ('2025-DC-INCLUSIONE-FAMIGLIA-GENITORIALITA-01', 'P2.4', 80),
    ('2025-CG-MEDICO-LEGALE-01', 'P3.3', 80), ('2025-CG-LEGALE-01', 'P3.1', 60)
),
leaf as (
    select codice_voce as item
    from read_csv(getvariable('acts') || '/ieep_voci.csv', all_varchar = true)
    where codice_voce in ('E1', 'E4', 'P4', 'P5') or codice_voce like '%.%'
)
select 2021 as from_year, item, item as source, 1000 as share, case when item like 'P1.%' then -1 else 1 end as sign
from leaf
union all
select 2025, item, source, share, case when source like 'P1.%' then -1 else 1 end
from renewed;

-- Cents in a mean month of 2021: the directorate's published target, shared among its offices by their size.
create table result_base as
with
sized as (
    select
        structure.root, region, structure.weight + coalesce(agencies.weight, 0) as weight,
    from structure
    left join (select office, sum(weight)::bigint as weight from agency group by office) as agencies
        on agencies.office = structure.root
    where type in ('DP', 'FM')
)
select
    sized.root, sized.region, from_year, result_item.item, sign,
    sum(valore::hugeint * 100 * share // 1000 // 12 // getvariable('divisor')
        * weight // region_weight)::bigint as cents,
from (select *, sum(weight) over (partition by region) as region_weight from sized) as sized
join read_csv(getvariable('acts') || '/obiettivi_ieep_2021.csv', all_varchar = true) as target
    on target.codice_struttura = sized.region
join result_item on result_item.source = target.codice_voce
where sized.root in (from in_scope)
group by all
order by root, item;
