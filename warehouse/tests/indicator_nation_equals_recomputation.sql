-- depends_on: {{ ref('ind_national_values') }}
-- depends_on: {{ ref('dim_scenario') }}
-- `ind_values` (through nodes and bridges) against `ind_national_values` (straight from the components).
{% set reported = [] %}
{% for metric in (indicators() if execute else []) if 'nazionale' in metric.config.meta.livelli %}
    {% do reported.append(metric) %}
{% endfor %}

with

recomputed as (

    {% for metric in reported %}
    select '{{ metric.name }}' as indicator_code, period_code, scenario_code, {{ metric.name }} as value
    from {{ ref('ind_national_values') }}
    where
        {{ metric.name }} is not null
        and scenario_code in (select scenario_code from {{ ref('dim_scenario') }} where is_reported)
    {% if metric.config.meta.get('scenari') -%}
    and scenario_code in ({% for scenario in metric.config.meta.scenari %}'{{ scenario }}'{{ ', ' if not loop.last }}{% endfor %})
    {%- endif %}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

published as (

    select indicator_code, period_code, scenario_code, value
    from {{ ref('ind_values') }}
    where
        node_code = 'NAZIONALE'
        and area_node_code = 'TOT'
        and organisation_code = 'as_was'
        and value is not null

)

select
    coalesce(recomputed.indicator_code, published.indicator_code) as indicator_code,
    coalesce(recomputed.period_code, published.period_code) as period_code,
    recomputed.value as recomputed_value,
    published.value as published_value
from recomputed
full outer join published
    on
        recomputed.indicator_code = published.indicator_code
        and recomputed.period_code = published.period_code
        and recomputed.scenario_code = published.scenario_code
where recomputed.value is distinct from published.value
