-- `intervallo` in a metric's meta is the range its values can have, whatever the office (null = unbounded).
-- A value is a double: 100 × a / a can be 100.00000000000001, so the bounds are wider by a billionth.
-- Read where the values are stored: `ind_values` shows the same ones, some of them under both organisations.
{% set reported = indicators() + indicators(composite=true) if execute else [] %}
with

bounds as (

    {% for metric in reported %}
    {% set bounds = metric.config.meta.intervallo %}
    select
        '{{ metric.name }}' as indicator_code,
        cast({{ bounds[0] if bounds[0] is not none else 'null' }} as double) as lower_bound,
        cast({{ bounds[1] if bounds[1] is not none else 'null' }} as double) as upper_bound
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

stored as (

    select indicator_code, node_code, area_node_code, period_code, value from {{ ref('ind_stored_values') }}
    union all
    select composite_code, node_code, 'TOT', period_code, value from {{ ref('ind_evaluation_values') }}

)

select stored.indicator_code, stored.node_code, stored.area_node_code, stored.period_code, stored.value
from stored
left join bounds
    on stored.indicator_code = bounds.indicator_code
where
    bounds.indicator_code is null
    or isnan(stored.value)
    or stored.value < bounds.lower_bound - 1e-9
    or stored.value > bounds.upper_bound + 1e-9
