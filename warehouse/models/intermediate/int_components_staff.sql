{{ config(materialized='view') }}

{% set presence_measures = [
    'fte', 'teste', 'teste_agili', 'minuti_presenza', 'minuti_lavorabili', 'minuti_straordinario',
    'minuti_malattia', 'giorni_lavorabili', 'giorni_presenza', 'giorni_agili',
] %}

with

presence as (

    select * from {{ ref('fct_presence') }}

),

planned_staff_block as (

    select
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key as structure_current_key,
        areas.area_key,
        -- The plan assigns administrative staff to lines.
        {{ component_block('staff', {'fte': 'sum(rows.fte)', 'is_administrative_profile': 'true'}) }}
    from {{ ref('stg_plan_volumes') }} as rows
    {{ join_month() }}
    {{ join_structure(alias='owners', join='inner') }}
    {{ join_area() }}
    group by rows.month_key, rows.scenario_code, owners.structure_key, owners.current_structure_key, areas.area_key

),

presence_block as (

    select
        rows.month_key,
        'consuntivo' as scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        {{ component_block('staff', dict(
            sums_of(presence_measures, 'rows.'),
            mesi_addetto_agile='sum(rows.teste_agili)',
            profile_code='rows.profile_code',
            function_code='rows.function_code',
            is_administrative_profile='coalesce(profiles.is_administrative, false)',
            is_inspector='(coalesce(functions.is_inspection, false) or coalesce(profiles.is_inspector, false))',
            is_counter='coalesce(functions.is_counter, false)',
            is_switchboard='coalesce(functions.is_switchboard, false)',
        )) }}
    from presence as rows
    left join {{ ref('dim_staff_profile') }} as profiles
        on rows.profile_code = profiles.profile_code
    left join {{ ref('staff_functions') }} as functions
        on rows.function_code = functions.function_code
    group by
        rows.month_key,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        rows.profile_code,
        rows.function_code,
        profiles.is_administrative,
        profiles.is_inspector,
        functions.is_inspection,
        functions.is_counter,
        functions.is_switchboard

),

final as (

    select 'planned_staff' as block_code, * from planned_staff_block
    union all
    select 'presence' as block_code, * from presence_block

)

select * from final
