-- Every row of the measures registry, by its nature and formula, against values worked by hand once per kind.
--
-- 2025-T1, two offices. A flow: (30 + 60) / (40 + 160) = 0,45 (the mean of the ratios would be 0,5625). A stock, at the
-- closing month: (12 + 18) / (20 + 40) = 0,5. A flow over a stock: 5 + 10 in the closing month and 15 before it, over
-- 20 + 40: 0,5. Each row also has the amounts that its nature must not read, and another measure has 5000 over 1.
-- 2025-M02: a zero denominator gives no value, and a sum needs none. 2025-M03: nothing delivered, no value.
-- 2024-A, the 2021 regime: 1 over 4, for the measures in force then.
{% set rows = [] %}
{% for metric in (indicators() if execute else []) if metric.original_file_path.endswith('registro/misure.yml') %}
    {% do rows.append(metric) %}
{% endfor %}

with

registry as (

    select
        measures.measure_code,
        measures.indicator_code,
        measures.nature,
        measures.nature || '/' || measures.formula as kind,
        measures.valid_from
    from {{ ref('measures') }} as measures
    where measures.indicator_code is not null

),

given (nature, period_code, regime_code, flow_upper, flow_lower, closing_upper, closing_lower) as (

    values
    ('flusso', '2025-T1', '2025', 30, 40, 700, 7),
    ('flusso', '2025-T1', '2025', 60, 160, 800, 8),
    ('flusso', '2025-M02', '2025', 7, 0, 900, 9),
    ('flusso', '2024-A', '2021', 1, 4, 600, 6),
    ('stock', '2025-T1', '2025', 700, 7, 12, 20),
    ('stock', '2025-T1', '2025', 800, 8, 18, 40),
    ('stock', '2025-M02', '2025', 900, 9, 7, 0),
    ('stock', '2024-A', '2021', 600, 6, 1, 4),
    ('flusso_su_stock', '2025-T1', '2025', 5, 7, 700, 20),
    ('flusso_su_stock', '2025-T1', '2025', 10, 8, 800, 40),
    ('flusso_su_stock', '2025-T1', '2025', 15, 9, null, null),
    ('flusso_su_stock', '2025-M02', '2025', 7, 9, 900, 0),
    ('flusso_su_stock', '2024-A', '2021', 1, 6, 600, 4)

),

periods (period_code, regime_code) as (

    values ('2025-T1', '2025'), ('2025-M02', '2025'), ('2025-M03', '2025'), ('2024-A', '2021')

),

expected_by_kind (kind, period_code, expected_value) as (

    values
    ('flusso/percentuale', '2025-T1', 45.0),
    ('flusso/percentuale', '2025-M02', null),
    ('flusso/percentuale', '2025-M03', null),
    ('flusso/percentuale', '2024-A', 25.0),
    ('flusso/rapporto', '2025-T1', 0.45),
    ('flusso/rapporto', '2025-M02', null),
    ('flusso/rapporto', '2025-M03', null),
    ('flusso/rapporto', '2024-A', 0.25),
    ('flusso/somma', '2025-T1', 90.0),
    ('flusso/somma', '2025-M02', 7.0),
    ('flusso/somma', '2025-M03', null),
    ('flusso/somma', '2024-A', 1.0),
    ('stock/percentuale', '2025-T1', 50.0),
    ('stock/percentuale', '2025-M02', null),
    ('stock/percentuale', '2025-M03', null),
    ('stock/percentuale', '2024-A', 25.0),
    ('stock/rapporto', '2025-T1', 0.5),
    ('stock/rapporto', '2025-M02', null),
    ('stock/rapporto', '2025-M03', null),
    ('stock/rapporto', '2024-A', 0.25),
    ('stock/somma', '2025-T1', 30.0),
    ('stock/somma', '2025-M02', 7.0),
    ('stock/somma', '2025-M03', null),
    ('stock/somma', '2024-A', 1.0),
    ('flusso_su_stock/percentuale', '2025-T1', 50.0),
    ('flusso_su_stock/percentuale', '2025-M02', null),
    ('flusso_su_stock/percentuale', '2025-M03', null),
    ('flusso_su_stock/percentuale', '2024-A', 25.0),
    ('flusso_su_stock/rapporto', '2025-T1', 0.5),
    ('flusso_su_stock/rapporto', '2025-M02', null),
    ('flusso_su_stock/rapporto', '2025-M03', null),
    ('flusso_su_stock/rapporto', '2024-A', 0.25)

),

expected as (

    select
        registry.indicator_code,
        expected_by_kind.period_code,
        case
            when registry.valid_from <= coalesce(regimes.valid_to, registry.valid_from)
                then cast(expected_by_kind.expected_value as double)
        end as expected_value
    from registry
    left join expected_by_kind
        on registry.kind = expected_by_kind.kind
    left join periods
        on expected_by_kind.period_code = periods.period_code
    left join {{ ref('regimes') }} as regimes
        on periods.regime_code = regimes.regime_code

),

components as (

    select
        registry.measure_code,
        given.period_code,
        given.regime_code,
        cast(given.flow_upper as decimal(18, 4)) as misura_numeratore,
        cast(given.flow_lower as decimal(18, 4)) as misura_denominatore,
        cast(given.closing_upper as decimal(18, 4)) as misura_numeratore_finale,
        cast(given.closing_lower as decimal(18, 4)) as misura_denominatore_finale
    from registry
    inner join given
        on registry.nature = given.nature
    union all
    select
        'ALTRA' as measure_code,
        period_code,
        regime_code,
        cast(5000 as decimal(18, 4)) as misura_numeratore,
        cast(1 as decimal(18, 4)) as misura_denominatore,
        cast(5000 as decimal(18, 4)) as misura_numeratore_finale,
        cast(1 as decimal(18, 4)) as misura_denominatore_finale
    from periods

),

computed as (

    select
        period_code
        {%- for metric in rows %},
        cast({{ expand_metric(metric) }} as double) as {{ metric.name }}
        {%- endfor %}
    from components
    group by period_code

),

found as (

    select period_code, indicator_code, found_value
    from computed
    unpivot include nulls (found_value for indicator_code in (columns(* exclude (period_code))))

)

select
    coalesce(expected.indicator_code, found.indicator_code) as indicator_code,
    coalesce(expected.period_code, found.period_code) as period_code,
    expected.expected_value,
    found.found_value
from expected
full outer join found
    on
        expected.indicator_code = found.indicator_code
        and expected.period_code = found.period_code
where
    expected.indicator_code is null
    or found.indicator_code is null
    or expected.period_code is null
    or expected.expected_value is distinct from found.found_value
