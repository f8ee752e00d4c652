{#
  What is computed and stored: every node as-was, and as-is the nodes that a re-organisation touched.
  `ind_values` shows both organisations whole.
#}
{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'values'}) }}
{{ parts_listed_in('int_touched_periods') }}

{% set terms = indicator_terms() if execute else [] %}
{% set touched = in_touched_parts() %}
{% for domain in component_domains() %}
-- depends_on: {{ ref('int_terms_' ~ domain) }}
{% endfor %}
{% set reported = indicators() if execute else [] %}
{% set source_sets = [] %}
{% for metric in reported %}
    {% set sources = indicator_sources(metric) %}
    {% do source_sets.append(sources) if sources and sources not in source_sets %}
{% endfor %}

with

targets_in_force as (

    select * from {{ ref('int_targets_in_force') }}

),

-- A family's target is its definitions' and the other way round: each acts' name finds the same target.
target_codes as (

    {% for metric in reported %}
    {% set meta = metric.config.meta %}
    {% for code in [metric.name] + ([meta.famiglia] if meta.get('famiglia') else []) + meta.get('definizioni', []) %}
    select '{{ metric.name }}' as indicator_code, '{{ code }}' as target_code
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

targets_by_indicator as (

    select indicator_code, node_code, area_node_code, period_code, target_value, applies_to_descendants
    from (
        select
            target_codes.indicator_code,
            targets_in_force.node_code,
            targets_in_force.area_node_code,
            targets_in_force.period_code,
            targets_in_force.target_value,
            targets_in_force.applies_to_descendants,
            row_number() over (
                partition by
                    target_codes.indicator_code, targets_in_force.node_code,
                    targets_in_force.area_node_code, targets_in_force.period_code
                order by
                    case when target_codes.indicator_code = target_codes.target_code then 1 else 2 end,
                    target_codes.target_code
            ) as choice_n
        from targets_in_force
        inner join target_codes
            on targets_in_force.indicator_code = target_codes.target_code
    ) as numbered
    where choice_n = 1

),

{% for metric in reported if not metric.config.meta.get('definizioni') %}
{{ metric.name }}_rows as (

{{ indicator_rows(metric, terms, touched) }}
),
{% endfor %}

-- A family has its definitions' values, each at the levels, areas and periods that its own definition allows.
{% for metric in reported if metric.config.meta.get('definizioni') %}
{{ metric.name }}_rows as (

    {% for definition in metric.config.meta.definizioni %}
    select
        '{{ metric.name }}' as indicator_code,
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code,
        numerator,
        denominator,
        value,
        sources_code,
        polarity,
        has_scenario_target
    from {{ definition }}_rows
    {{ 'union all' if not loop.last }}
    {% endfor %}

),
{% endfor %}

unioned as (

    {% for metric in reported %}
    select * from {{ metric.name }}_rows
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

delivery_counts as (

    select * from {{ ref('int_terms_deliveries') }}

),

-- What each indicator waits for: deliveries expected and present, of the extracts that its measures come from.
counted as (

    select
        unioned.*,
        case unioned.sources_code
            {%- for sources in source_sets %}
            when '{{ sources | join(' ') }}'
                then cast({% for column in sources %}coalesce(delivery_counts.attese_{{ column }}, 0){{ ' + ' if not loop.last }}{% endfor %} as integer)
            {%- endfor %}
        end as expected_n,
        case unioned.sources_code
            {%- for sources in source_sets %}
            when '{{ sources | join(' ') }}'
                then cast({% for column in sources %}coalesce(delivery_counts.presenti_{{ column }}, 0){{ ' + ' if not loop.last }}{% endfor %} as integer)
            {%- endfor %}
        end as present_n
    from unioned
    left join delivery_counts
        on
            unioned.organisation_code = delivery_counts.organisation_code
            and unioned.node_level = delivery_counts.node_level
            and unioned.node_code = delivery_counts.node_code
            and unioned.area_node_type = delivery_counts.area_node_type
            and unioned.area_node_code = delivery_counts.area_node_code
            and unioned.period_code = delivery_counts.period_code
            and unioned.scenario_code = delivery_counts.scenario_code

),

inherited_targets as (

    select indicator_code, area_node_code, period_code, target_value
    from targets_by_indicator
    where applies_to_descendants

),

scenario_targets as (

    select indicator_code, organisation_code, node_code, area_node_code, period_code, value as target_value
    from unioned
    where scenario_code = 'obiettivo' and has_scenario_target

),

with_targets as (

    select
        counted.*,
        case
            when counted.scenario_code <> 'consuntivo' then null
            -- The quarters of a year whose amounts are known for the whole year only have the programme's target.
            when counted.has_scenario_target
                then coalesce(scenario_targets.target_value, cast(own_target.target_value as double))
            else cast(coalesce(own_target.target_value, inherited_targets.target_value) as double)
        end as target
    from counted
    left join scenario_targets
        on
            counted.indicator_code = scenario_targets.indicator_code
            and counted.organisation_code = scenario_targets.organisation_code
            and counted.node_code = scenario_targets.node_code
            and counted.area_node_code = scenario_targets.area_node_code
            and counted.period_code = scenario_targets.period_code
    left join targets_by_indicator as own_target
        on
            counted.indicator_code = own_target.indicator_code
            and counted.node_code = own_target.node_code
            and counted.area_node_code = own_target.area_node_code
            and counted.period_code = own_target.period_code
    left join inherited_targets
        on
            counted.indicator_code = inherited_targets.indicator_code
            and counted.area_node_code = inherited_targets.area_node_code
            and counted.period_code = inherited_targets.period_code

),

final as (

    select
        indicator_code,
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code,
        numerator,
        denominator,
        value,
        target,
        {{ deviation_pct('value', 'target', 'polarity') }} as deviation_pct,
        expected_n,
        present_n,
        expected_n = present_n as is_complete
    from with_targets

)

select * from final
