{{ config(materialized='view') }}

{% set counts = component_domains()['controls'].keys() | list %}

with

controls as (

    select * from {{ ref('fct_controls') }}

),

control_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block('controls', dict(sums_of(counts), control_level='control_level')) }}
    from controls
    group by month_key, structure_key, structure_current_key, control_level

),

final as (

    select 'control' as block_code, * from control_block

)

select * from final
