{{ config(materialized='view') }}

with

production as (

    select * from {{ ref('fct_production') }}

),

agreements as (

    select * from {{ ref('int_subsidiarity_agreements') }}

),

structures as (

    select * from {{ ref('dim_structure') }}

),

-- Work for another directorate's structure; work inside one's own directorate is not extra-regional.
worked_block as (

    select
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        'NR' as area_key,
        {{ component_block('subsidiarity', {
            'counterpart_directorate_code': 'owners.directorate_code',
            'sussidiarieta_extra_resa': 'sum(rows.definito)',
        }) }}
    from production as rows
    {{ join_month() }}
    inner join structures as workers
        on rows.structure_key = workers.structure_key
    inner join structures as owners
        on
            rows.counterpart_code = owners.structure_code
            and {{ in_force('months.reference_date', 'owners.valid_from', 'owners.valid_to') }}
    where
        rows.service_mode = 'R'
        and rows.scenario_code = 'consuntivo'
        and workers.directorate_code is distinct from owners.directorate_code
    group by
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        owners.directorate_code

),

agreed_block as (

    select
        rows.month_key,
        'consuntivo' as scenario_code,
        workers.structure_key,
        workers.current_structure_key as structure_current_key,
        'NR' as area_key,
        {{ component_block('subsidiarity', {
            'counterpart_directorate_code': 'rows.counterpart_code',
            'sussidiarieta_extra_concordata': 'sum(rows.agreed_pieces)',
        }) }}
    from agreements as rows
    {{ join_month() }}
    {{ join_structure(alias='workers') }}
    group by rows.month_key, workers.structure_key, workers.current_structure_key, rows.counterpart_code

),

final as (

    select 'subsidiarity_worked' as block_code, * from worked_block
    union all
    select 'subsidiarity_agreed' as block_code, * from agreed_block

)

select * from final
