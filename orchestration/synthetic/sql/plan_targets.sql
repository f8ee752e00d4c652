-- The targets of a plan per indicator, node, area and reporting period. `value` is in millionths. A version that
-- is not detailed holds the year alone; the targets of the offices and of the areas have no single months.
with
month as (
    select unnest(range(1, 13)) as mese, unnest(getvariable('seasons')) as season
),
period as (
    select n as first, n as last, '-M' || lpad(n::varchar, 2, '0') as suffix from range(1, 13) as t(n)
    union all
    select 1, n, '-P' || lpad(n::varchar, 2, '0') from range(1, 13) as t(n)
    union all
    select n * 3 - 2, n * 3, '-T' || n from range(1, 5) as t(n)
    union all
    select 1, 12, '-A'
),
wanted_period as (
    select period.*, sum(season)::bigint as season
    from period
    join month on mese between first and last
    where getvariable('is_detailed') or suffix = '-A'
    group by all
),
directorate_node as (
    select root as code, type from structure where type in ('DR', 'DCM') and root in (from in_scope)
),
office_node as (
    select distinct code
    from structure_version
    join structure using (root)
    where
        structure.type in ('DP', 'FM') and from_date <= make_date(getvariable('year'), 12, 31)
        and coalesce(to_date, date '9999-12-31') >= make_date(getvariable('year'), 1, 1)
),
node as (
    select 'NAZIONALE' as code, 'nation' as level
    union all
    select code, 'directorate' from directorate_node
    union all
    select code, 'office' from office_node
),
published as (
    select 'NAZIONALE' as code, codice_indicatore as number, valore::decimal(9, 2) as value
    from read_csv(getvariable('acts') || '/obiettivi_indicatori_economici_2021.csv', all_varchar = true)
    where codice_struttura = 'NAZIONALE'
    union all
    select codice_struttura, codice_indicatore, valore::decimal(9, 2)
    from read_csv(getvariable('acts') || '/obiettivi_indicatori_economici_2021.csv', all_varchar = true)
    where codice_struttura in (select code from directorate_node)
    union all
    select codice_struttura, 'redditivita', valore::decimal(9, 2)
    from read_csv(getvariable('acts') || '/obiettivi_redditivita_2021.csv', all_varchar = true)
    union all
    select codice_struttura, 'produzione', valore::decimal(9, 2)
    from read_csv(getvariable('acts') || '/obiettivi_personale_2021.csv', all_varchar = true)
    where codice_indicatore = 'produzione'
),
-- One per cent and a half less backlog every year from the published days.
backlog as (
    select
        codice_struttura as code, codice_area as area,
        valore::bigint * (1000 - (getvariable('year') - 2021) * 15) * 1000 as value,
    from read_csv(getvariable('acts') || '/obiettivi_indice_giacenza_2021.csv', all_varchar = true)
    union all
    select
        'FP-ROSSANO-CALABRO', codice_area, valore::bigint * (1000 - (getvariable('year') - 2021) * 15) * 1000
    from read_csv(getvariable('acts') || '/obiettivi_indice_giacenza_2021.csv', all_varchar = true)
    where codice_struttura = 'DP-ROSSANO-CALABRO'
),
constant as (
    select
        'produttivita' as indicator, code, '' as area,
        (case when getvariable('year') >= 2025 then 105 else 120 end
            + case level
                when 'nation' then 0
                else spread(draw('target', 'produttivita', code, getvariable('year')), 0, -6, 6)
            end
        ) * 1000000 as value,
    from node
    where level <> 'office'
    union all
    select 'indice_giacenza', code, area, value
    from backlog
    join node using (code)
    union all
    select
        'indice_giacenza', code, '',
        sum(value * case area when 'PSI' then 50 when 'GCAI' then 6 when 'FLUSSI' then 27 else 17 end // 100)::bigint
    from backlog
    join node using (code)
    group by code
    union all
    select
        'indice_deflusso', code, '',
        1000000 + spread(draw('target', 'deflusso', code, getvariable('year')), 0, 0, 20) * 1000
    from node
    union all
    select
        'efficacia_automazione', code, '',
        (250 + (getvariable('year') - 2022) * 10 + spread(draw('target', 'automazione', code, ''), 0, -30, 30))
            * 100000
    from node
    where level <> 'office'
    union all
    select 'quota_lavoratori_agili', code, '', (480 + spread(draw('target', 'agili', code, ''), 0, -50, 50)) * 100000
    from node
    where level <> 'office'
    union all
    select
        case number
            when '1' then 'incidenza_costi_diretti'
            when '2' then 'incidenza_costo_produzione'
            when '3' then 'costo_punto_omogeneizzato'
            when 'produzione' then 'quota_personale_produzione'
            else number
        end,
        code, '', (value * 1000000)::bigint
    from published
    join node using (code)
    -- The act of 2024 drops the four economic indicators from 2025.
    where number = 'produzione' or getvariable('year') < 2025
),
-- The results add up over the months of the period.
result as (
    select
        case when grouping(region) = 1 then 'NAZIONALE' else region end as code,
        sum(sign * cents)::bigint as cents,
    from result_base
    where from_year = case when getvariable('year') >= 2025 then 2025 else 2021 end
    group by rollup (region)
),
-- Elementary measures: the middle of the range that their deliveries are drawn from.
measure_range as (
    select distinct measured.measure, indicator_code as indicator, measured.nature, measured.formula, levels, low, high
    from measured
    join read_csv(getvariable('registry') || '/measures.csv', all_varchar = true) as registry
        on registry.measure_code = measured.measure
    where indicator_code is not null and registry.valid_from::date <= make_date(getvariable('year'), 1, 1)
),
ratio_target as (
    select
        indicator, code, suffix, (low + high) * case formula when 'percentuale' then 50000 else 500 end as value,
    from measure_range
    join node
        on contains(levels, case level when 'nation' then 'nazionale' when 'directorate' then 'direzione' else 'sede' end)
    join wanted_period on suffix = '-A' or suffix like '-P%' and level <> 'office'
    where formula <> 'somma'
),
amount_target as (
    select
        indicator, case when grouping(root) = 1 then 'NAZIONALE' else root end as code, suffix,
        sum(amount::hugeint * (measured.low + measured.high) * 500
            * case measured.nature when 'flusso' then last - first + 1 else 1 end)::bigint as value,
    from measured
    join measure_range using (measure)
    join wanted_period on suffix = '-A' or suffix like '-P%'
    where measured.formula = 'somma' and root in (select code from directorate_node union all select 'DG')
    group by indicator, suffix, rollup (root)
),
target as (
    select indicator, code, area, suffix, value
    from constant
    join node using (code)
    join wanted_period on suffix not like '-M%' or (level <> 'office' and area = '')
    union all
    select
        'ieep', code, '', suffix,
        (cents::hugeint * (1000 + (getvariable('year') - 2021) * 10) // 1000
            * (1000 * (last - first + 1) + season) // 2000)::bigint * 10000
    from result
    cross join wanted_period
    union all
    select indicator, code, '', suffix, value
    from ratio_target
    union all
    select indicator, code, '', suffix, value
    from amount_target
    where code <> 'DG'
)
select
    getvariable('version') as versione, indicator as indicatore, code as cod_struttura, area as cod_area,
    getvariable('year') || suffix as periodo,
    (value::decimal(18, 0) * 0.000001::decimal(7, 6))::decimal(18, 6) as valore,
from target
order by indicator, code, area, suffix
