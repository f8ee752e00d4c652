with

structures as (

    select structure_key, current_structure_key from {{ ref('dim_structure') }}

),

members as (

    select node_code, node_level, structure_key from {{ ref('bridge_structure') }}

),

as_was as (

    select structures.structure_key, members.node_code, members.node_level
    from structures
    inner join members
        on structures.structure_key = members.structure_key

),

as_is as (

    select structures.structure_key, members.node_code, members.node_level
    from structures
    inner join members
        on structures.current_structure_key = members.structure_key

),

lost as (

    select as_was.node_code, as_was.node_level
    from as_was
    left join as_is
        on
            as_was.structure_key = as_is.structure_key
            and as_was.node_code = as_is.node_code
            and as_was.node_level = as_is.node_level
    where as_is.node_code is null

),

gained as (

    select as_is.node_code, as_is.node_level
    from as_is
    left join as_was
        on
            as_is.structure_key = as_was.structure_key
            and as_is.node_code = as_was.node_code
            and as_is.node_level = as_was.node_level
    where as_was.node_code is null

),

final as (

    select * from lost
    union
    select * from gained

)

select * from final
