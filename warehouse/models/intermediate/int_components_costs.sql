{{ config(materialized='view') }}

with

costs as (

    select * from {{ ref('fct_costs') }}

),

cost_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', {
            'chapter_code': 'chapter_code',
            'is_direct_cost': 'is_direct',
            'is_production_cost': 'is_production',
            'costo': 'sum(amount_eur)',
        }) }}
    from costs
    group by month_key, scenario_code, structure_key, structure_current_key, chapter_code, is_direct, is_production

),

final as (

    select 'cost' as block_code, * from cost_block

)

select * from final
