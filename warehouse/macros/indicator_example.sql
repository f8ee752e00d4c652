{#
  A unit test of indicators: rows of `ind_components_by_period` in, values per period out, worked by hand.

  `given` rows name the columns they need, the others are null; `expect` rows name a period and the indicators
  to compare there. The test selects the differences. (dbt's own unit tests cannot see the graph that an
  indicator's definition is read from, so these run as data tests, on every build.)
#}
{% macro indicator_example(given, expect) %}
    {% set columns = {'period_code': 'varchar', 'period_days': 'integer', 'regime_code': 'varchar', 'scenario_code': 'varchar'} %}
    {% for flag in [
        'is_production_area', 'is_productivity_area', 'is_support_area', 'is_production_structure', 'is_directorate_structure',
    ] %}
        {% do columns.update({flag: 'boolean'}) %}
    {% endfor %}
    {% for key in component_keys() %}
        {% do columns.update({key: 'boolean' if key.startswith('is_') else 'varchar'}) %}
    {% endfor %}
    {% do columns.update(component_measures()) %}
    {% set names = [] %}
    {% for row in expect %}
        {% for name in row if name != 'period_code' and name not in names %}
            {% do names.append(name) %}
        {% endfor %}
    {% endfor %}
    {% for row in given %}
        {% for name in row if name not in columns %}
            {{ exceptions.raise_compiler_error("indicator_example: '" ~ name ~ "' is no column of ind_components_by_period") }}
        {% endfor %}
    {% endfor %}
    {% if execute %}
with

given as (

    {% for row in given %}
    select
        {%- for name, type in columns.items() %}
        cast({{ sql_literal(row.get(name)) }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

computed as (

    select
        period_code
        {%- for name in names %},
        cast({{ expand_metric(metric_by_name(name)) }} as double) as {{ name }}
        {%- endfor %}
    from given
    group by period_code

),

expected as (

    {% for row in expect %}
        {% for name in names if name in row %}
    select
        '{{ row.period_code }}' as period_code,
        '{{ name }}' as indicator_code,
        cast({{ sql_literal(row[name]) }} as double) as expected_value
    {{ 'union all' }}
        {% endfor %}
    {% endfor %}
    select null, null, null where false

),

found as (

    {% for name in names %}
    select period_code, '{{ name }}' as indicator_code, {{ name }} as found_value
    from computed
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select
    expected.period_code,
    expected.indicator_code,
    expected.expected_value,
    found.found_value
from expected
left join found
    on
        expected.period_code = found.period_code
        and expected.indicator_code = found.indicator_code
where
    found.period_code is null
    or expected.expected_value is distinct from found.found_value
    {% endif %}
{% endmacro %}

{% macro sql_literal(value) -%}
    {%- if value is none or value is undefined -%}null
    {%- elif value is boolean -%}{{ 'true' if value else 'false' }}
    {%- elif value is string -%}'{{ value }}'
    {%- else -%}{{ value }}
    {%- endif -%}
{%- endmacro %}
