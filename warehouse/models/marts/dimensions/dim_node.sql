with

structures as (

    select * from {{ ref('dim_structure') }}

),

members as (

    select * from {{ ref('bridge_structure') }}

),

-- The last version of whatever stands at or below a node says where the node is today.
placed as (

    select
        members.node_code,
        members.node_name,
        members.node_level,
        structures.directorate_code,
        structures.office_code,
        row_number() over (
            partition by members.node_code
            order by structures.valid_from desc, members.node_level, structures.structure_key
        ) as choice_n
    from members
    inner join structures
        on members.structure_key = structures.structure_key

),

final as (

    select
        node_code,
        node_name,
        node_level,
        case when node_level <> 'nazionale' then directorate_code end as directorate_code,
        case when node_level in ('sede', 'agenzia') then office_code end as office_code
    from placed
    where choice_n = 1

)

select * from final
