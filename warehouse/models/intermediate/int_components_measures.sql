{{ config(materialized='view') }}

with

measures as (

    select * from {{ ref('fct_measures') }}

),

registry as (

    select * from {{ ref('dim_measure') }}

),

-- Numerator and denominator are each a flow or a stock by the measure's row of the registry: a stock is read at the
-- closing month of a period.
measure_block as (

    select
        measures.month_key,
        'consuntivo' as scenario_code,
        measures.structure_key,
        measures.structure_current_key,
        'NR' as area_key,
        {{ component_block('measures', {
            'measure_code': 'measures.measure_code',
            'misura_numeratore': 'sum(measures.numerator) filter (where not registry.is_stock)',
            'misura_denominatore': 'sum(measures.denominator) filter (where not registry.is_denominator_stock)',
            'misura_numeratore_finale': 'sum(measures.numerator) filter (where registry.is_stock)',
            'misura_denominatore_finale': 'sum(measures.denominator) filter (where registry.is_denominator_stock)',
        }) }}
    from measures
    inner join registry
        on measures.measure_code = registry.measure_code
    group by
        measures.month_key,
        measures.structure_key,
        measures.structure_current_key,
        measures.measure_code

),

final as (

    select 'measure' as block_code, * from measure_block

)

select * from final
