-- depends_on: {{ ref('ind_values') }}
-- `intervallo` in a metric's meta is the range its values can have, whatever the office (null = unbounded).
-- A value is a double: 100 × a / a can be 100.00000000000001, so the bounds are wider by a billionth.
{% set reported = indicators() + indicators(composite=true) if execute else [] %}

{% for metric in reported %}
{% set bounds = metric.config.meta.intervallo %}
select indicator_code, node_code, area_node_code, period_code, value
from {{ ref('ind_values') }}
where
    indicator_code = '{{ metric.name }}'
    and (
        isnan(value)
        {%- if bounds[0] is not none %} or value < {{ bounds[0] }} - 1e-9{% endif %}
        {%- if bounds[1] is not none %} or value > {{ bounds[1] }} + 1e-9{% endif %}
    )
{{ 'union all' if not loop.last }}
{% endfor %}
