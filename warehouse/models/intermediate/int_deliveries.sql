{{ config(materialized='table', meta={'touches': 'whole'}) }}

with

expectations as (

    select * from {{ ref('delivery_expectations') }}

),

received as (

    select distinct 'produzione' as source_code, month_key, structure_key, area_key
    from {{ ref('fct_production') }}
    where scenario_code = 'consuntivo' and service_mode = 'P'
    union all
    select distinct 'presenze' as source_code, month_key, structure_key, 'NR' as area_key
    from {{ ref('fct_presence') }}
    union all
    select distinct 'costi' as source_code, month_key, structure_key, 'NR' as area_key
    from {{ ref('fct_costs') }}
    where scenario_code = 'consuntivo'
    union all
    select distinct 'risultati' as source_code, month_key, structure_key, 'NR' as area_key
    from {{ ref('fct_economic_results') }}
    where scenario_code = 'consuntivo'
    union all
    select distinct 'controlli' as source_code, month_key, structure_key, 'NR' as area_key
    from {{ ref('fct_controls') }}
    union all
    select distinct 'misure' as source_code, month_key, structure_key, 'NR' as area_key
    from {{ ref('fct_measures') }}

),

-- A source is expected from its first delivered month to the end of the year of the last one:
-- the closing month of the running year is expected already, so its stocks are not taken for complete.
ranges as (

    select
        source_code,
        min(month_key) as first_month_key,
        (select max(month_key) // 100 from received) * 100 + 12 as last_month_key
    from received
    group by source_code

),

months as (

    select
        ranges.source_code,
        months.month_key,
        months.reference_date
    from ranges
    inner join {{ ref('dim_month') }} as months
        on months.month_key between ranges.first_month_key and ranges.last_month_key
    where months.is_calendar_month

),

by_structure as (

    select
        months.source_code,
        months.month_key,
        months.reference_date,
        structures.structure_key,
        structures.current_structure_key,
        structures.current_structure_code,
        structures.structure_type,
        expectations.by_line
    from months
    inner join expectations
        on months.source_code = expectations.source_code
    inner join {{ ref('dim_structure') }} as structures
        on
            expectations.structure_type = structures.structure_type
            and {{ in_force('months.reference_date', 'structures.valid_from', 'structures.valid_to') }}

),

-- Not every office works every line: a line is expected from the first month in which the office (or the one
-- whose history it continues) delivered it, as long as the masters allocate products to it there.
first_deliveries as (

    select
        received.source_code,
        structures.current_structure_code,
        areas.line_code,
        min(received.month_key) as first_month_key
    from received
    inner join {{ ref('dim_structure') }} as structures
        on received.structure_key = structures.structure_key
    inner join {{ ref('dim_area') }} as areas
        on received.area_key = areas.area_key
    group by received.source_code, structures.current_structure_code, areas.line_code

),

by_line as (

    select distinct
        by_structure.source_code,
        by_structure.month_key,
        by_structure.structure_key,
        by_structure.current_structure_key,
        areas.area_key
    from by_structure
    inner join first_deliveries
        on
            by_structure.source_code = first_deliveries.source_code
            and by_structure.current_structure_code = first_deliveries.current_structure_code
            and by_structure.month_key >= first_deliveries.first_month_key
    inner join {{ ref('bridge_allocation') }} as allocations
        on
            by_structure.structure_type = allocations.structure_type
            and first_deliveries.line_code = allocations.line_code
            and {{ in_force('by_structure.reference_date', 'allocations.valid_from', 'allocations.valid_to') }}
    inner join {{ ref('dim_area') }} as areas
        on
            allocations.line_code = areas.line_code
            and {{ in_force('by_structure.reference_date', 'areas.valid_from', 'areas.valid_to') }}
    where by_structure.by_line

),

expected as (

    select source_code, month_key, structure_key, current_structure_key, area_key
    from by_line
    union all
    select source_code, month_key, structure_key, current_structure_key, 'NR' as area_key
    from by_structure
    where not by_line

),

final as (

    select
        expected.source_code,
        expected.month_key,
        expected.structure_key,
        expected.current_structure_key as structure_current_key,
        expected.area_key,
        received.month_key is not null as is_present
    from expected
    left join received
        on
            expected.source_code = received.source_code
            and expected.month_key = received.month_key
            and expected.structure_key = received.structure_key
            and expected.area_key = received.area_key

)

select * from final
