-- depends_on: {{ ref('ind_values') }}
-- `intervallo` in a metric's meta is the range its values can have, whatever the office (null = unbounded).
{% set reported = indicators() + indicators(composite=true) if execute else [] %}

{% for metric in reported %}
{% set bounds = metric.config.meta.intervallo %}
select indicator_code, node_code, area_node_code, period_code, value
from {{ ref('ind_values') }}
where
    indicator_code = '{{ metric.name }}'
    and (
        isnan(value)
        {%- if bounds[0] is not none %} or value < {{ bounds[0] }}{% endif %}
        {%- if bounds[1] is not none %} or value > {{ bounds[1] }}{% endif %}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
