{{ config(materialized='view') }}

{% set production_measures = [
    'giacenza_iniziale', 'pervenuto', 'definito', 'definito_accolto', 'definito_respinto', 'definito_automatizzato',
    'rettifiche', 'giacenza_finale', 'giacenza_iniziale_om', 'pervenuto_om', 'definito_om',
    'definito_automatizzato_om', 'giacenza_finale_om',
] %}

with

production as (

    select * from {{ ref('fct_production') }}

),

structures as (

    select * from {{ ref('dim_structure') }}

),

constants as (

    select * from {{ ref('int_constant_coefficients') }}

),

-- A structure's own requests: received, completed by its own staff, in stock.
own_production_block as (

    select
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        {{ component_block('production', dict(
            sums_of(production_measures, 'rows.'),
            product_key='rows.product_key',
            definito_sussidiarieta_resa='0',
            definito_sussidiarieta_resa_om='0',
            definito_sussidiarieta_ricevuta='0',
            definito_sussidiarieta_ricevuta_om='0',
            pervenuto_om_costanti='sum(rows.pervenuto * constants.base_coefficient)',
            definito_om_costanti='sum(rows.definito * constants.base_coefficient)',
            definito_sussidiarieta_resa_om_costanti='0',
            giacenza_finale_om_costanti='sum(rows.giacenza_finale * constants.base_coefficient)',
        )) }}
    from production as rows
    left join constants
        on rows.product_key = constants.product_key
    where rows.service_mode = 'P'
    group by
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        rows.product_key

),

-- Work done for others counts as the worker's production ("resa") …
rendered_block as (

    select
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        {{ component_block('production', {
            'product_key': 'rows.product_key',
            'definito': '0',
            'definito_om': '0',
            'definito_om_costanti': '0',
            'definito_sussidiarieta_resa': 'sum(rows.definito)',
            'definito_sussidiarieta_resa_om': 'sum(rows.definito_om)',
            'definito_sussidiarieta_resa_om_costanti': 'sum(rows.definito * constants.base_coefficient)',
            'definito_sussidiarieta_ricevuta': '0',
            'definito_sussidiarieta_ricevuta_om': '0',
        }) }}
    from production as rows
    left join constants
        on rows.product_key = constants.product_key
    where rows.service_mode = 'R'
    group by
        rows.month_key,
        rows.scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        rows.product_key

),

-- … and as the owner's outflow ("ricevuta"): the nation is the same either way.
received_block as (

    select
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key as structure_current_key,
        rows.area_key,
        {{ component_block('production', {
            'product_key': 'rows.product_key',
            'definito': '0',
            'definito_om': '0',
            'definito_sussidiarieta_resa': '0',
            'definito_sussidiarieta_resa_om': '0',
            'definito_sussidiarieta_ricevuta': 'sum(rows.definito)',
            'definito_sussidiarieta_ricevuta_om': 'sum(rows.definito_om)',
        }) }}
    from production as rows
    {{ join_month() }}
    inner join structures as owners
        on
            rows.counterpart_code = owners.structure_code
            and {{ in_force('months.reference_date', 'owners.valid_from', 'owners.valid_to') }}
    where rows.service_mode = 'R'
    group by
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key,
        rows.area_key,
        rows.product_key

),

-- The year's reference plan, beside the actuals, so that "achieved over planned" is a ratio of two sums.
reference_plan_block as (

    select
        plan_rows.month_key,
        'consuntivo' as scenario_code,
        plan_rows.structure_key,
        plan_rows.structure_current_key,
        plan_rows.area_key,
        {{ component_block('production', {'piano_definito_om': 'sum(plan_rows.definito_om)'}) }}
    from production as plan_rows
    inner join {{ ref('dim_scenario') }} as scenarios
        on plan_rows.scenario_code = scenarios.scenario_code
    where scenarios.reference_plan_year = plan_rows.month_key // 100 or scenarios.scenario_code = 'obiettivo'
    group by
        plan_rows.month_key,
        plan_rows.structure_key,
        plan_rows.structure_current_key,
        plan_rows.area_key

),

critical_backlog_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {{ component_block('production', {'giacenza_critica_om': 'sum(giacenza_critica_om)'}) }}
    from {{ ref('int_critical_backlog') }}
    group by month_key, structure_key, structure_current_key, area_key

),

final as (

    select 'own_production' as block_code, * from own_production_block
    union all
    select 'rendered' as block_code, * from rendered_block
    union all
    select 'received' as block_code, * from received_block
    union all
    select 'reference_plan' as block_code, * from reference_plan_block
    union all
    select 'critical_backlog' as block_code, * from critical_backlog_block

)

select * from final
