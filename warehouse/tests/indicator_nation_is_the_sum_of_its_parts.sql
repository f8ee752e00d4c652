{% set reported = [] %}
{% for metric in (indicators() if execute else []) if not metric.config.meta.get('definizioni') %}
    {% do reported.append(metric) if indicator_formula(metric).numerator != 'null' %}
{% endfor %}
-- Numerators and denominators of the nation are those of the directorates, and of the offices, added up.
-- Today's organisation is another only where something was re-organised: elsewhere it has the same rows by definition.
with

reported as (

    select
        indicator_code, organisation_code, period_code, scenario_code, area_node_code, node_level, numerator, denominator
    from {{ ref('ind_stored_values') }}
    where
        organisation_code = 'as_was'
        and node_level in ('nazionale', 'direzione', 'sede')
    union all
    select
        indicator_code, organisation_code, period_code, scenario_code, area_node_code, node_level, numerator, denominator
    from {{ ref('ind_values') }}
    where
        organisation_code = 'as_is'
        and (select count(*) from {{ ref('bridge_reorganised_node') }}) > 0
        and node_level in ('nazionale', 'direzione', 'sede')

),

by_level as (

    select
        indicator_code, organisation_code, period_code, scenario_code, area_node_code,
        count(case when node_level = 'nazionale' then 1 end) as nations_n,
        sum(case when node_level = 'nazionale' then numerator end) as nazionale_numerator,
        sum(case when node_level = 'nazionale' then denominator end) as nazionale_denominator,
        sum(case when node_level = 'direzione' then numerator end) as direzione_numerator,
        sum(case when node_level = 'direzione' then denominator end) as direzione_denominator,
        sum(case when node_level = 'sede' then numerator end) as sede_numerator,
        sum(case when node_level = 'sede' then denominator end) as sede_denominator
    from reported
    group by indicator_code, organisation_code, period_code, scenario_code, area_node_code

),

-- The levels below the nation that an indicator is published at; it may have none. Families and weighted sums of
-- ratios have no numerator of their own to add.
levels as (

    {% for metric in reported %}
    {% for level in metric.config.meta.livelli if level in ('direzione', 'sede') %}
    select '{{ metric.name }}' as indicator_code, '{{ level }}' as node_level
    union all
    {% endfor %}
    {% endfor %}
    select null, null where false

),

compared as (

    select
        by_level.indicator_code,
        by_level.organisation_code,
        by_level.period_code,
        by_level.scenario_code,
        by_level.area_node_code,
        levels.node_level,
        by_level.nazionale_numerator as numerator,
        by_level.nazionale_denominator as denominator,
        case levels.node_level when 'direzione' then direzione_numerator else sede_numerator end as parts_numerator,
        case levels.node_level when 'direzione' then direzione_denominator else sede_denominator end as parts_denominator
    from by_level
    inner join levels
        on by_level.indicator_code = levels.indicator_code
    where by_level.nations_n > 0

)

select * from compared
where numerator is distinct from parts_numerator or denominator is distinct from parts_denominator
