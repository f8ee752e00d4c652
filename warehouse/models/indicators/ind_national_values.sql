{#
  The indicators of the nation, straight from the components: a second way to the numbers of `ind_values`,
  with neither nodes nor bridges between. A data test compares the two.

  Each domain's rows are summed for the terms of that domain only: the others would find nothing in them.
#}
{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'values'}) }}
{{ parts_listed_in('int_touched_periods') }}

{% set terms = indicator_terms() if execute else [] %}
{% set reported = indicators() if execute else [] %}
{% set touched = in_touched_parts() %}

with

{% for domain in component_domains() %}
{{ domain }} as (

    select
        period_code,
        scenario_code
        {%- for name, sum in domain_sums(domain, terms).items() %},
        {{ sum }} as {{ name }}
        {%- endfor %}
    from {{ ref('ind_components_by_period') }}
    where domain_code = '{{ domain }}' and {{ touched }}
    group by period_code, scenario_code

),

{% endfor %}
reported_periods as (

    {% for domain in component_domains() %}
    select period_code, scenario_code from {{ domain }}
    {{ 'union' if not loop.last }}
    {% endfor %}

)

select
    reported_periods.period_code,
    reported_periods.scenario_code
    {%- for metric in reported %},
    cast({{ over_terms(expand_metric(metric), terms) }} as double) as {{ metric.name }}
    {%- endfor %}
from reported_periods
{%- for domain in component_domains() %}
left join {{ domain }}
    on
        reported_periods.period_code = {{ domain }}.period_code
        and reported_periods.scenario_code = {{ domain }}.scenario_code
{%- endfor %}
