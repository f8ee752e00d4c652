{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'values'}) }}
{{ parts_listed_in('int_touched_periods') }}

-- One row per value of an elementary indicator that some composite is made of, for both organisations whole: a node
-- that no re-organisation touched has the same values under today's. Actuals only: nothing else has targets.

with

stored as (

    select * from {{ ref('ind_stored_values') }}

),

wanted as (

    select distinct child_code, child_area_node_code
    from {{ ref('int_evaluation_children') }}
    where not is_composite_child

),

actual_scenarios as (

    select scenario_code
    from {{ ref('dim_scenario') }}
    where scenario_kind = 'consuntivo'

),

chosen as (

    select
        {%- for name in evaluation_input_columns() %}
        stored.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from stored
    inner join wanted
        on
            stored.indicator_code = wanted.child_code
            and stored.area_node_code = wanted.child_area_node_code
    inner join actual_scenarios
        on stored.scenario_code = actual_scenarios.scenario_code

),

untouched as (

    select
        {%- for name in evaluation_input_columns() %}
        {% if name == 'organisation_code' %}'as_is' as {% else %}chosen.{% endif %}{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from chosen
    left join {{ ref('bridge_reorganised_node') }} as reorganised
        on
            chosen.node_code = reorganised.node_code
            and chosen.node_level = reorganised.node_level
    where chosen.organisation_code = 'as_was' and reorganised.node_code is null

),

final as (

    select * from chosen
    union all
    select * from untouched

)

select * from final
