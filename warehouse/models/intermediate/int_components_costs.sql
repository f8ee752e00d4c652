{{ config(materialized='view') }}

with

costs as (

    select * from {{ ref('int_cost_lines') }}

),

scenarios as (

    select * from {{ ref('dim_scenario') }}

),

structures as (

    select * from {{ ref('dim_structure') }}

),

{% set cost_keys = {
    'chapter_code': 'costs.chapter_code',
    'cost_class_code': 'costs.cost_class_code',
    'is_direct_cost': 'costs.is_direct',
    'is_production_cost': 'costs.is_production',
    'is_transit_account': 'costs.is_transit_account',
    'is_running_cost': 'costs.is_running_cost',
    'is_discretionary_cost': 'costs.is_discretionary_cost',
    'is_assessed_cost': 'costs.is_assessed_cost',
} %}
cost_block as (

    select
        costs.month_key,
        costs.scenario_code,
        costs.structure_key,
        costs.structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', dict(cost_keys, costo='sum(costs.amount_eur)', costo_da_gennaio='sum(costs.amount_eur)')) }}
    from costs
    group by costs.month_key, costs.scenario_code, costs.structure_key, costs.structure_current_key, {{ cost_keys.values() | join(', ') }}

),

-- The initial budget, beside the actuals and beside each forecast: cost over budget is a ratio of two sums in each.
budget_block as (

    select
        costs.month_key,
        scenarios.scenario_code,
        costs.structure_key,
        costs.structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', dict(cost_keys, costo_programmato='sum(costs.amount_eur)')) }}
    from costs
    inner join scenarios
        on scenarios.scenario_kind in ('consuntivo', 'forecast')
    where costs.scenario_code = 'budget'
    group by costs.month_key, scenarios.scenario_code, costs.structure_key, costs.structure_current_key, {{ cost_keys.values() | join(', ') }}

),

-- The forecasts, beside the actuals; which of the four a period is measured against is the period's to say.
forecast_block as (

    select
        costs.month_key,
        'consuntivo' as scenario_code,
        costs.structure_key,
        costs.structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', dict(cost_keys, forecast_code='calendar.forecast', previsione='sum(costs.amount_eur)')) }}
    from costs
    inner join {{ ref('forecast_calendar') }} as calendar
        on costs.scenario_code = calendar.scenario_code
    group by costs.month_key, costs.structure_key, costs.structure_current_key, calendar.forecast, {{ cost_keys.values() | join(', ') }}

),

-- Last year's costs stand a year later, in the months that have been delivered: the two years compare like with like.
delivered_months as (

    select
        months.month_key,
        months.reference_date
    from {{ ref('dim_month') }} as months
    where months.month_key in (select month_key from costs where scenario_code = 'consuntivo')

),

-- They stand under the version of the structure in force then: its own code's, else that which continues it.
previous_year as (

    select
        months.month_key,
        {%- for column in cost_keys.values() %}
        {{ column }},
        {%- endfor %}
        costs.amount_eur,
        coalesce(own.structure_key, heir.structure_key) as later_structure_key,
        coalesce(own.current_structure_key, heir.current_structure_key) as later_current_key
    from costs
    inner join delivered_months as months
        on costs.month_key + 100 = months.month_key
    inner join structures as former
        on costs.structure_key = former.structure_key
    left join structures as own
        on
            former.structure_code = own.structure_code
            and {{ in_force('months.reference_date', 'own.valid_from', 'own.valid_to') }}
    left join structures as heir
        on
            former.current_structure_code = heir.structure_code
            and {{ in_force('months.reference_date', 'heir.valid_from', 'heir.valid_to') }}
    where costs.scenario_code = 'consuntivo'

),

previous_year_block as (

    select
        costs.month_key,
        'consuntivo' as scenario_code,
        costs.later_structure_key as structure_key,
        costs.later_current_key as structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', dict(cost_keys, costo_anno_precedente='sum(costs.amount_eur)')) }}
    from previous_year as costs
    group by costs.month_key, costs.later_structure_key, costs.later_current_key, {{ cost_keys.values() | join(', ') }}

),

assessments as (

    select * from {{ ref('int_chapter_assessments') }}

),

assessment_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block('costs', {
            'chapter_code': 'chapter_code',
            'forecast_code': 'forecast_code',
            'capitoli_valutati': 'count(chapter_code)',
            'capitoli_entro_tolleranza': 'count(chapter_code) filter (where is_in_tolerance)',
        }) }}
    from assessments
    group by month_key, structure_key, structure_current_key, chapter_code, forecast_code

),

final as (

    select 'cost' as block_code, * from cost_block
    union all
    select 'cost_budget' as block_code, * from budget_block
    union all
    select 'cost_forecast' as block_code, * from forecast_block
    union all
    select 'cost_previous_year' as block_code, * from previous_year_block
    union all
    select 'cost_assessment' as block_code, * from assessment_block

)

select * from final
