-- depends_on: {{ ref('ind_values') }}
-- A family has the values of its definitions and no other: at no level, area or period that they do not allow.
{% set families = [] %}
{% for metric in (indicators() if execute else []) if metric.config.meta.get('definizioni') %}
    {% do families.append(metric) %}
{% endfor %}

with

indicator_values as (

    select * from {{ ref('ind_values') }}
    where value is not null

),

of_definitions as (

    {% for metric in families %}
    {% for definition in metric.config.meta.definizioni %}
    select '{{ metric.name }}' as indicator_code, organisation_code, node_code, node_level, area_node_code, period_code, scenario_code, value
    from indicator_values
    where indicator_code = '{{ definition }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

of_families as (

    select indicator_code, organisation_code, node_code, node_level, area_node_code, period_code, scenario_code, value
    from indicator_values
    where indicator_code in ({% for metric in families %}'{{ metric.name }}'{{ ', ' if not loop.last }}{% endfor %})

),

differences as (

    (select * from of_definitions except select * from of_families)
    union all
    (select * from of_families except select * from of_definitions)

)

select * from differences
