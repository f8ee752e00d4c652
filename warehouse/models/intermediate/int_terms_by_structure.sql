-- One row per period, scenario, structure (as-was and as-is) and line; one column per term of the indicators.
{{ config(materialized='table') }}

{% set terms = indicator_terms() if execute else [] %}

select
    period_code,
    scenario_code,
    structure_key,
    structure_current_key,
    area_key,
    {%- for source in delivery_sources() %}
    sum(attese_{{ source }}) as attese_{{ source }},
    sum(presenti_{{ source }}) as presenti_{{ source }},
    sum(attese_{{ source }}_chiusura) as attese_{{ source }}_chiusura,
    sum(presenti_{{ source }}_chiusura) as presenti_{{ source }}_chiusura,
    {%- endfor %}
    {%- for term in terms %}
    {{ term }} as term_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
from {{ ref('ind_components_by_period') }}
where scenario_code in (select scenario_code from {{ ref('dim_scenario') }} where is_reported)
group by period_code, scenario_code, structure_key, structure_current_key, area_key
