with

source as (

    select * from {{ source('raw', 'mst_strutture') }}

),

renamed as (

    select
        codice as structure_code,
        denominazione as structure_name,
        tipo as structure_type,
        codice_padre as parent_code,
        regione as region,
        cluster_economico as economic_cluster,
        cluster_personale as staff_cluster,
        complessita as complexity,
        valido_dal as declared_from,
        valido_al as declared_to,
        codice_successore as successor_code,
        cast(_delivery as integer) as delivery_month
    from source

)

select * from renamed
