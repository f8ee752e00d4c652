{% set reported = [] %}
{% for metric in (indicators() if execute else []) if not metric.config.meta.get('definizioni') %}
    {% do reported.append(metric) %}
{% endfor %}
-- depends_on: {{ ref('ind_values') }}
-- Numerators and denominators of the nation are those of the directorates, and of the offices, added up.
with

reported as (

    -- Indicators with a numerator of their own (families and weighted sums of ratios have none to add).
    select values_of_indicator.*
    from {{ ref('ind_values') }} as values_of_indicator
    where
        values_of_indicator.indicator_code in (
            select indicator_code from {{ ref('ind_values') }} where numerator is not null
        )

),

parts as (

    select
        indicator_code, organisation_code, period_code, scenario_code, area_node_code, node_level,
        sum(numerator) as numerator,
        sum(denominator) as denominator
    from reported
    where node_level in ('direzione', 'sede')
    group by indicator_code, organisation_code, period_code, scenario_code, area_node_code, node_level

),

-- The levels below the nation that an indicator is published at; it may have none. A family has its definitions'.
levels as (

    {% for metric in reported %}
    {% for level in metric.config.meta.livelli if level in ('direzione', 'sede') %}
    select '{{ metric.name }}' as indicator_code, '{{ level }}' as node_level
    union all
    {% endfor %}
    {% endfor %}
    select null, null where false

)

select
    nation.indicator_code,
    nation.organisation_code,
    nation.period_code,
    nation.scenario_code,
    nation.area_node_code,
    levels.node_level,
    nation.numerator,
    parts.numerator as parts_numerator,
    nation.denominator,
    parts.denominator as parts_denominator
from reported as nation
inner join levels
    on nation.indicator_code = levels.indicator_code
left join parts
    on
        nation.indicator_code = parts.indicator_code
        and levels.node_level = parts.node_level
        and nation.organisation_code = parts.organisation_code
        and nation.period_code = parts.period_code
        and nation.scenario_code = parts.scenario_code
        and nation.area_node_code = parts.area_node_code
where
    nation.node_level = 'nazionale'
    and (
        nation.numerator is distinct from parts.numerator
        or nation.denominator is distinct from parts.denominator
    )
