{{ config(materialized='view') }}

with

results as (

    select * from {{ ref('fct_economic_results') }}

),

result_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block('results', {
            'item_code': 'item_code',
            'level_two_code': 'level_two_code',
            'section_code': 'section_code',
            'importo_ieep': 'signed_amount_eur',
            'importo_ieep_pesato': 'signed_amount_eur * section_weight_pct',
        }) }}
    from results

),

-- The assigned target of each item, beside the actuals (PP21, IEEP: weighted achievement of the two sections).
result_target_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block('results', {
            'item_code': 'item_code',
            'level_two_code': 'level_two_code',
            'section_code': 'section_code',
            'obiettivo_ieep': 'signed_amount_eur',
        }) }}
    from results
    where scenario_code = 'obiettivo'

),

final as (

    select 'result' as block_code, * from result_block
    union all
    select 'result_target' as block_code, * from result_target_block

)

select * from final
