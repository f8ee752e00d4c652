{{ config(materialized='view') }}

with

stored as (

    select * from {{ ref('ind_stored_values') }}

),

-- A node that no re-organisation touched has the same values under today's organisation.
untouched as (

    select
        stored.indicator_code,
        'as_is' as organisation_code,
        stored.node_code,
        stored.node_level,
        stored.area_node_type,
        stored.area_node_code,
        stored.period_code,
        stored.scenario_code,
        stored.numerator,
        stored.denominator,
        stored.value,
        stored.target,
        stored.deviation_pct,
        stored.expected_n,
        stored.present_n,
        stored.is_complete
    from stored
    left join {{ ref('bridge_reorganised_node') }} as reorganised
        on
            stored.node_code = reorganised.node_code
            and stored.node_level = reorganised.node_level
    where stored.organisation_code = 'as_was' and reorganised.node_code is null

),

-- Composites are indicators too; both organisations are whole in their table, and no delivery is counted for them.
composites as (

    select
        composite_code as indicator_code,
        organisation_code,
        node_code,
        node_level,
        'TOT' as area_node_type,
        'TOT' as area_node_code,
        period_code,
        scenario_code,
        cast(null as decimal(38, 6)) as numerator,
        cast(null as decimal(38, 6)) as denominator,
        value,
        target,
        deviation_pct,
        cast(null as integer) as expected_n,
        cast(null as integer) as present_n,
        is_complete
    from {{ ref('ind_evaluation_values') }}

),

all_values as (

    select * from stored
    union all
    select * from untouched
    union all
    select * from composites

),

final as (

    {{ with_verdicts('all_values') }}

)

select * from final
