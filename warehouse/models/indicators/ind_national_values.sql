{#
  The indicators of the nation, straight from the components: a second way to the numbers of `ind_values`,
  with neither nodes nor bridges between. A data test compares the two.
#}
{{ config(materialized='table') }}

{% set reported = indicators() if execute else [] %}

select
    period_code,
    scenario_code
    {%- for metric in reported %},
    cast({{ expand_metric(metric) }} as double) as {{ metric.name }}
    {%- endfor %}
from {{ ref('ind_components_by_period') }}
group by period_code, scenario_code
