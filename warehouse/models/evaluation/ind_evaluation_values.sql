{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'evaluation'}) }}
{{ parts_listed_in('int_touched_periods') }}

-- The composites' values, added up from their breakdown.
with

own_targets as (

    select * from {{ ref('int_composite_targets') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

nodes as (

    select * from {{ ref('int_evaluation_nodes') }}

),

totals as (

    {{ evaluation_totals(ref('ind_evaluation')) }}

),

final as (

    select
        totals.composite_code,
        totals.organisation_code,
        totals.node_code,
        totals.node_level,
        nodes.directorate_code,
        totals.period_code,
        periods.period_type,
        periods.period_end_date,
        totals.scenario_code,
        totals.value,
        totals.target,
        totals.composite_polarity * (totals.value - totals.target) / nullif(abs(totals.target), 0) * 100 as deviation_pct,
        totals.children_n,
        totals.present_children_n,
        totals.present_weight_pct,
        totals.is_complete,
        totals.is_published,
        totals.unpublished_reason
    from totals
    inner join periods
        on totals.period_code = periods.period_code
    left join nodes
        on
            totals.organisation_code = nodes.organisation_code
            and totals.period_code = nodes.period_code
            and totals.node_level = nodes.node_level
            and totals.node_code = nodes.node_code

)

select * from final
