{#
  The breakdown of every composite: its children with what they weigh and what they bring. The composites of one
  layer are the inputs of the next; `evaluation_layers` in dbt_project.yml says how many there are at most.
#}
{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'evaluation'}) }}
{{ parts_listed_in('int_touched_periods') }}

with

children as (

    select * from {{ ref('int_evaluation_children') }}

),

inputs_1 as (

    select * from {{ ref('int_evaluation_inputs') }}
    where {{ in_touched_parts(subject='evaluation_inputs') }}

),

periods as (

    select * from {{ ref('dim_period') }}
    where period_code in (select period_code from inputs_1)

),

nodes as (

    select * from {{ ref('int_evaluation_nodes') }}

),

act_targets as (

    select * from {{ ref('int_evaluation_targets') }}

),

own_targets as (

    select * from {{ ref('int_composite_targets') }}

),

score_ranges as (

    select * from {{ ref('int_evaluation_ranges') }}

),

{{ evaluation_layers(var('evaluation_layers')) }},

final as (

    select
        composite_code,
        organisation_code,
        node_code,
        node_level,
        period_code,
        scenario_code,
        child_code,
        child_area_node_code,
        child_node_code,
        role,
        kind,
        basis,
        weight,
        actual_value,
        target_value,
        target_origin,
        deviation_pct,
        capped_deviation_pct,
        index_value,
        applied_weight,
        divisor,
        {{ evaluation_contribution() }} as contribution,
        is_missing,
        missing_reason,
        is_published,
        present_weight_pct,
        is_complete,
        composite_target,
        composite_polarity
    from breakdown

)

select * from final
