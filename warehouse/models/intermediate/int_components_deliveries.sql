{{ config(materialized='view') }}

with

deliveries as (

    select * from {{ ref('int_deliveries') }}

),

{% for source in delivery_sources() %}
{{ source }}_delivery_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {{ component_block('deliveries', {
            'attese_' ~ source: '1',
            'presenti_' ~ source: 'case when is_present then 1 else 0 end',
        }) }}
    from deliveries
    where source_code = '{{ source }}'

),
{% endfor %}

final as (

    {% for source in delivery_sources() %}
    select '{{ source }}_delivery' as block_code, * from {{ source }}_delivery_block
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select * from final
