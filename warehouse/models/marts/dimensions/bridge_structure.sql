with

structures as (

    select * from {{ ref('dim_structure') }}

),

nation as (

    select
        'NAZIONALE' as node_code,
        'Nazionale' as node_name,
        'nazionale' as node_level,
        structure_key
    from structures

),

directorates as (

    select
        directorate_code as node_code,
        directorate_name as node_name,
        'direzione' as node_level,
        structure_key
    from structures

),

offices as (

    select
        office_code as node_code,
        office_name as node_name,
        'sede' as node_level,
        structure_key
    from structures

),

agencies as (

    select
        agency_code as node_code,
        agency_name as node_name,
        'agenzia' as node_level,
        structure_key
    from structures
    where structure_level = 'agenzia'

),

final as (

    select * from nation
    union all
    select * from directorates
    union all
    select * from offices
    union all
    select * from agencies

)

select * from final
