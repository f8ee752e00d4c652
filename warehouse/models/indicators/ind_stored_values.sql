{#
  What is computed and stored: every node as-was, and as-is the nodes that a re-organisation touched.
  `ind_values` shows both organisations whole.
#}
{% set terms = indicator_terms() if execute else [] %}
{% for domain in component_domains() %}
-- depends_on: {{ ref('int_terms_' ~ domain) }}
{% endfor %}
{% set reported = indicators() if execute else [] %}

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
{% set meta = metric.config.meta %}
{% set formula = indicator_formula(metric) %}
{% set sources = indicator_sources(metric) %}
{% set used = [] %}
{% set domains = ['deliveries'] if sources else [] %}
{% for name in modules.re.findall('\\bterm_\\d+\\b', over_terms(formula.value, terms)) if name not in used %}
    {% do used.append(name) %}
    {% set domain = term_domain(terms[(name[5:] | int) - 1]) %}
    {% do domains.append(domain) if domain not in domains %}
{% endfor %}
{% set counts = [] %}
{% for column in sources %}
    {% do counts.extend(['attese_' ~ column, 'presenti_' ~ column]) %}
{% endfor %}
{{ metric.name }}_domains as (

    {% for domain in domains %}
    {% set own = domain_sums(domain, terms).keys() | list %}
    select
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code
        {%- for name in used + counts %},
        {{ name if name in own else 'null' }} as {{ name }}
        {%- endfor %}
    from {{ ref('int_terms_' ~ domain) }}
    where
        node_level in ('{{ meta.livelli | join("', '") }}')
        and area_node_type in ('{{ (['TOT'] + meta.nodi_area) | join("', '") }}')
        {%- if meta.get('scenari') %}
        and scenario_code in ('{{ meta.scenari | join("', '") }}')
        {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

{{ metric.name }}_terms as (

    -- Nothing is stored for a combination in which no term has a value.
    select
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code
        {%- for name in used + counts %},
        sum({{ name }}) as {{ name }}
        {%- endfor %}
    from {{ metric.name }}_domains
    group by all
    having coalesce({% for name in used %}sum({{ name }}), {% endfor %}null) is not null

),

{{ metric.name }}_rows as (

    select
        '{{ meta.codice }}' as indicator_code,
        organisation_code,
        node_code,
        node_level,
        area_node_type,
        area_node_code,
        period_code,
        scenario_code,
        cast({{ over_terms(formula.numerator, terms) }} as decimal(38, 6)) as numerator,
        cast({{ over_terms(formula.denominator, terms) }} as decimal(38, 6)) as denominator,
        cast({{ over_terms(formula.value, terms) }} as double) as value,
        {% if sources -%}
        cast({% for column in sources %}coalesce(attese_{{ column }}, 0){{ ' + ' if not loop.last }}{% endfor %} as integer) as expected_n,
        cast({% for column in sources %}coalesce(presenti_{{ column }}, 0){{ ' + ' if not loop.last }}{% endfor %} as integer) as present_n,
        {%- else -%}
        cast(null as integer) as expected_n,
        cast(null as integer) as present_n,
        {%- endif %}
        {{ meta.polarita }} as polarity,
        {{ 'true' if meta.get('obiettivo') == 'scenario' else 'false' }} as has_scenario_target
    from {{ metric.name }}_terms

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
        expected_n,
        present_n,
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
        unioned.*,
        case
            when unioned.scenario_code <> 'consuntivo' then null
            -- The quarters of a year whose amounts are known for the whole year only have the programme's target.
            when unioned.has_scenario_target
                then coalesce(scenario_targets.target_value, cast(own_target.target_value as double))
            else cast(coalesce(own_target.target_value, inherited_targets.target_value) as double)
        end as target
    from unioned
    left join scenario_targets
        on
            unioned.indicator_code = scenario_targets.indicator_code
            and unioned.organisation_code = scenario_targets.organisation_code
            and unioned.node_code = scenario_targets.node_code
            and unioned.area_node_code = scenario_targets.area_node_code
            and unioned.period_code = scenario_targets.period_code
    left join targets_by_indicator as own_target
        on
            unioned.indicator_code = own_target.indicator_code
            and unioned.node_code = own_target.node_code
            and unioned.area_node_code = own_target.area_node_code
            and unioned.period_code = own_target.period_code
    left join inherited_targets
        on
            unioned.indicator_code = inherited_targets.indicator_code
            and unioned.area_node_code = inherited_targets.area_node_code
            and unioned.period_code = inherited_targets.period_code

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
