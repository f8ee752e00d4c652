-- One row per composite: `layer_n` is 1 where it is made of elementary indicators only, else one more than the
-- deepest composite among its children. A cycle shows as a layer past the number of composites (a test refuses it).

with recursive

composites as (

    select * from {{ ref('composites') }}

),

edges as (

    select distinct children.composite_code, children.child_code
    from {{ ref('composite_children') }} as children
    inner join composites
        on children.child_code = composites.composite_code

),

limits as (

    select count(*) + 1 as deepest from composites

),

climbed as (

    select composite_code, cast(1 as integer) as layer_n
    from composites
    union
    select edges.composite_code, climbed.layer_n + 1 as layer_n
    from climbed
    inner join edges
        on climbed.composite_code = edges.child_code
    cross join limits
    where climbed.layer_n < limits.deepest

),

final as (

    select composite_code, max(layer_n) as layer_n
    from climbed
    group by composite_code

)

select * from final
