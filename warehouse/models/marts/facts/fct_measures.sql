{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'misure'}) }}
{{ parts_listed_in('int_touched_months') }}

with

measures as (

    select * from {{ ref('stg_measures') }}

),

final as (

    select
        rows.month_key,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        rows.measure_code,
        rows.numerator,
        rows.denominator
    from measures as rows
    {{ join_month() }}
    {{ join_structure() }}

)

select * from final
