-- Elementary measures. `level`: offices and directorates, or directorates alone. `low` and `high`: numerator in
-- per mille of the denominator; `size`: denominator of a directorate that is a thousandth of the nation, or a
-- stock where there is no denominator.
create table measured as
with
measure (measure, level, low, high, size, has_denominator) as (
    values
    ('Q_AS_01', 'office', 820, 980, 40, true), ('Q_AS_02', 'office', 700, 930, 25, true),
    ('Q_AP_01', 'office', 780, 970, 30, true), ('Q_AP_02', 'office', 650, 900, 12, true),
    ('Q_IC_01', 'office', 600, 880, 18, true), ('Q_ML_01', 'office', 700, 950, 15, true),
    ('Q_CC_01', 'office', 850, 990, 20, true), ('Q_CONTO_01', 'office', 750, 960, 22, true),
    ('Q_RIC_01', 'directorate', 550, 850, 6, true),
    ('MQ_LORDI', 'office', 950, 1050, 1100, false), ('MQ_NETTI', 'office', 720, 780, 1100, false),
    ('ARCH_METRI', 'office', 500, 1300, 4, true),
    ('FORM_ORE', 'office', 1500, 5200, 26, true), ('FORM_TESTE', 'office', 150, 500, 26, true),
    ('FATT_RIT', 'directorate', -12000, 4000, 5200, true),
    ('WELFARE', 'directorate', 290, 390, 26, true), ('AF_PIANO', 'directorate', 850, 1120, 3, true),
    ('PIGNORAMENTI', 'directorate', 800, 1200, 2, false)
),
place as (
    select
        root, type in ('DR', 'DCM') as is_directorate,
        (weight * 1000000 // (select sum(weight) from structure where type in ('DR', 'DCM')))::bigint as size,
    from structure
    where type <> 'AG' and root in (from in_scope)
)
select
    root, measure, low, high, has_denominator,
    greatest(place.size * measure.size // 1000
        // case when is_directorate and level = 'office' then 12 else 1 end, 3) as amount,
from place
join measure on level = 'office' or is_directorate
order by root, measure;

-- Weighted backlog of the administrative appeals (a stock) and the three improvement projects (pieces done and
-- to do in the month), around their published targets.
create table published_measure as
select codice_struttura as root, 'RIC_DICA' as measure, valore::bigint as amount, false as has_denominator
from read_csv(getvariable('acts') || '/obiettivi_ricorsi_dica_2021.csv', all_varchar = true)
where codice_struttura in (from in_scope)
union all
select codice_struttura, 'PRG_' || progetto, valore::bigint // 12 + 1, true
from read_csv(getvariable('acts') || '/obiettivi_progetti_miglioramento_2021.csv', all_varchar = true)
where codice_struttura in (from in_scope);
