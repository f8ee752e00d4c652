-- With a value and a target for every elementary child, every composite is published at each of its levels in some
-- year: what cannot be is made of children that no measure of the registry, or no target, will ever give.

with

children as (

    select
        {%- for name in evaluation_child_columns() %}
        {{ {'is_known': 'true as is_known', 'child_polarity': 'coalesce(child_polarity, 1) as child_polarity'}.get(name, name) }}{{ ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('int_evaluation_children') }}

),

periods as (

    select * from {{ ref('dim_period') }}
    where period_type = 'anno' and regime_code is not null

),

places as (

    select 'NAZIONALE' as node_code, 'nazionale' as node_level, cast(null as varchar) as directorate_code, cast(null as varchar) as economic_cluster
    union all
    select 'DR-X', 'direzione', 'DR-X', 'A'
    union all
    select 'DP-X', 'sede', 'DR-X', 'A'

),

nodes as (

    select 'as_was' as organisation_code, periods.period_code, places.*
    from places
    cross join periods

),

act_targets as (

    select * from {{ ref('int_evaluation_targets') }}

),

own_targets as (

    select * from {{ ref('int_composite_targets') }}
    where false

),

score_ranges as (

    select * from {{ ref('int_evaluation_ranges') }}

),

elementary as (

    select distinct child_code, child_area_node_code
    from children
    where is_measured and not is_composite_child

),

inputs_1 as (

    select
        elementary.child_code as indicator_code,
        elementary.child_area_node_code as area_node_code,
        nodes.organisation_code,
        nodes.node_code,
        nodes.node_level,
        nodes.period_code,
        'consuntivo' as scenario_code,
        cast(50 as decimal(38, 6)) as numerator,
        cast(1 as decimal(38, 6)) as denominator,
        cast(50 as double) as value,
        cast(40 as double) as target,
        true as is_complete
    from elementary
    cross join nodes

),

{{ evaluation_layers(var('evaluation_layers')) }},

totals as (

    {{ evaluation_totals('breakdown') }}

),

expected as (

    select distinct children.composite_code, places.node_level
    from children
    inner join places
        on children.levels like '%|' || places.node_level || '|%'

)

select expected.composite_code, expected.node_level, min(totals.unpublished_reason) as unpublished_reason
from expected
left join totals
    on
        expected.composite_code = totals.composite_code
        and expected.node_level = totals.node_level
group by expected.composite_code, expected.node_level
having coalesce(max(case when totals.is_published then 1 else 0 end), 0) = 0
union all
-- A composite whose registry selector finds no measure has no child at all.
select composite_code, null, 'no measure of the registry'
from {{ ref('composites') }}
where composite_code not in (select composite_code from children)
