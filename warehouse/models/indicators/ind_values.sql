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

all_values as (

    select * from stored
    union all
    select * from untouched

),

final as (

    {{ with_verdicts('all_values') }}

)

select * from final
