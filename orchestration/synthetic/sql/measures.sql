-- Elementary measures, from the registry: who delivers a measure follows from the levels it is published at, its
-- size and its range from its polarity, formula and section; `sized` has the ones whose size or range is known.
-- `low` and `high`: numerator in per mille of the denominator (of the amount, where there is none).
-- `size`: denominator, or amount, of a directorate that is a thousandth of the nation.
create table measure as
with
sized (measure_code, low, high, size) as (
    values
    ('MQ_LORDI', 950, 1050, 1100), ('MQ_NETTI', 720, 780, 1100), ('FATT_RIT', -12000, 4000, 5200),
    ('PIGNORAMENTI', 800, 1200, 2), ('ARCH_METRI', 40, 110, 48), ('FORM_TESTE', 40, 95, 26),
    ('FORM_ORE', 100, 260, 26), ('SMART_WORK', 480, 780, 26), ('WELFARE', 290, 390, 26),
    ('AF_PIANO', 850, 1120, 3), ('Q_RIC_02', 60, 180, 6), ('Q_RIC_03', 40000, 90000, 6),
    ('Q_RIC_04', 60000, 140000, 2), ('IMP_1', 820, 940, 30), ('IMP_2', 22000, 36000, 25),
    ('IMP_3', 850, 1150, 18300), ('IMP_4', 2900, 3500, 12), ('IMP_5', 800, 1200, 16400),
    ('OGE_G1', 900, 980, 100), ('OGE_G2', 900, 970, 60), ('OGE_H4', 800, 1150, 13), ('OGE_I2', 0, 150, 1053),
    ('INC_CRED', 800, 1200, 40000), ('ACQUISTI', 650, 900, 1)
)
select
    registry.measure_code as measure, nature, coalesce(formula, '') as formula,
    case
        when contains(levels, 'sede') or section = 'patrimonio' and formula is null then 'office'
        when contains(levels, 'direzione') or formula is null then 'directorate'
        else 'institute'
    end as level,
    case when formula is null then measure_code = 'FATT_RIT' else formula <> 'somma' end as has_denominator,
    coalesce(sized.low, case
        when section = 'strategia' or contains(measure_code, 'PRG_R') then 700
        when polarity = '-1' then 60
        else spread(draw('measure-range', measure_code, '', ''), 0, 620, 820)
    end) as low,
    coalesce(sized.high, case
        when section = 'strategia' or contains(measure_code, 'PRG_R') then 1000
        when polarity = '-1' then 220
        else spread(draw('measure-range', measure_code, '', ''), 1, 900, 985)
    end) as high,
    -- The steps of a project are few; cases are many.
    coalesce(sized.size * 1000, case section
        when 'strategia' then spread(draw('measure-size', measure_code, '', ''), 0, 4, 12)
        else spread(draw('measure-size', measure_code, '', ''), 0, 6000, 40000)
    end) as size,
    coalesce(valid_from::date, date '2010-01-01') as from_date, valid_to::date as to_date,
from read_csv(getvariable('registry') || '/measures.csv', all_varchar = true) as registry
left join sized using (measure_code);

-- Amounts that the acts publish, a year's or a stock's.
create table published_amount as
select codice_struttura as root, 'RIC_DICA' as measure, valore::bigint as amount
from read_csv(getvariable('acts') || '/obiettivi_ricorsi_dica_2021.csv', all_varchar = true)
union all
select codice_struttura, 'PRG_' || progetto, valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_progetti_miglioramento_2021.csv', all_varchar = true)
union all
select codice_struttura, 'SISCO_' || split_part(codice_obiettivo, '-', 2), valore_obiettivo_31_12_2021::bigint
from read_csv(getvariable('acts') || '/obiettivi_sisco_2021.csv', all_varchar = true)
union all
select codice_struttura, 'PNDD', valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_pndd_2021.csv', all_varchar = true)
union all
select codice_struttura, 'GEMPI', valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_gempi_2021.csv', all_varchar = true)
union all
select codice_struttura, 'INC_LEG', valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_incassi_spese_legali_2021.csv', all_varchar = true)
union all
select codice_struttura, 'DISM_UNITA', numero_unita::bigint
from read_csv(getvariable('acts') || '/obiettivi_dismissione_patrimonio_2021.csv', all_varchar = true)
union all
select codice_struttura, 'DISM_VALORE', valore_catastale_euro::bigint
from read_csv(getvariable('acts') || '/obiettivi_dismissione_patrimonio_2021.csv', all_varchar = true)
union all
select codice_struttura, 'PROG_MAN', valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_progettazione_interventi_2021.csv', all_varchar = true)
union all
select codice_struttura, 'PROG_ANTI', valore::bigint
from read_csv(getvariable('acts') || '/obiettivi_antincendio_2021.csv', all_varchar = true);

-- Who delivers what: `amount` is the month's denominator (a year's, where it stands at the closing month).
create table measured as
with
place as (
    select
        root, type in ('DR', 'DCM') as is_directorate,
        (weight * 1000000 // (select sum(weight) from structure where type in ('DR', 'DCM')))::bigint as size,
    from structure
    where type <> 'AG' and root in (from in_scope)
),
drawn as (
    select
        root, measure.*,
        greatest(place.size * measure.size // 1000000
            // case when is_directorate and level = 'office' then 12 else 1 end, 3) as amount,
    from place
    join measure on level = 'office' or level = 'directorate' and is_directorate
    where
        measure not in (select measure from published_amount)
        and measure not in (select measure from finance_measure)
    union all
    select 'DG', measure.*, size as amount
    from measure
    where level = 'institute'
),
published as (
    select
        root, measure.* replace (
            case when nature = 'stock' or measure[1:4] = 'PRG_' then 780 else 65 end as low,
            case when nature = 'stock' or measure[1:4] = 'PRG_' then 1180 else 100 end as high
        ),
        case when measure[1:4] = 'PRG_' then amount // 12 + 1 else amount end as amount,
    from published_amount
    join measure using (measure)
    where root in (from in_scope) and published_amount.amount is not null
)
select * from drawn
union all
select * from published
order by root, measure;
