{{ config(materialized='view') }}

{% set stocks = component_stocks() %}
{% set conditions = component_conditions() %}

with

components as (

    select * from {{ ref('fct_components') }}

),

period_months as (

    select * from {{ ref('bridge_period') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

final as (

    select
        periods.period_code,
        periods.period_type,
        periods.period_end_date,
        periods.period_days,
        periods.months_n as period_months_n,
        periods.regime_code,
        components.scenario_code,
        components.structure_key,
        components.structure_current_key,
        components.area_key,
        components.is_production_area,
        components.is_productivity_area,
        components.is_support_area,
        components.is_production_structure,
        components.is_directorate_structure,
        components.domain_code,
        components.block_code,
        {%- for key in component_keys() %}
        components.{{ key }},
        {%- endfor %}
        {%- for measure, type in component_measures().items() %}
        {%- if measure in stocks %}
        case when period_months.{{ stocks[measure] }} then components.{{ measure }} end as {{ measure }},
        {%- elif measure in conditions %}
        case when {{ conditions[measure] }} then components.{{ measure }} end as {{ measure }},
        {%- else %}
        components.{{ measure }},
        {%- endif %}
        {%- endfor %}
        {%- for source in delivery_sources() %}
        case when period_months.is_closing_month then components.attese_{{ source }} end as attese_{{ source }}_chiusura,
        case when period_months.is_closing_month then components.presenti_{{ source }} end as presenti_{{ source }}_chiusura,
        {%- endfor %}
        components.teste as persone_mese,
        components.month_key
    from components
    inner join period_months
        on components.month_key = period_months.month_key
    inner join periods
        on period_months.period_code = periods.period_code

)

select * from final
