-- One row per composite, node and period that was assigned a target of its own: the published one, else that of the
-- year's reference plan. Elsewhere a composite's target is the one of its row in `composites`.

with

targets as (

    select * from {{ ref('int_targets_in_force') }}

),

composites as (

    select composite_code from {{ ref('composites') }}

),

final as (

    select
        targets.indicator_code,
        targets.node_code,
        targets.period_code,
        targets.target_value
    from targets
    inner join composites
        on targets.indicator_code = composites.composite_code
    where targets.area_node_code = 'TOT'

)

select * from final
