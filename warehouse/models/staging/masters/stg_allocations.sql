with

source as (

    select * from {{ source('raw', 'mst_allocazioni') }}

),

renamed as (

    select
        cod_modello as product_code,
        tipo_struttura as structure_type,
        cod_linea as line_code,
        valido_dal as declared_from,
        valido_al as declared_to,
        cast(_delivery as integer) as delivery_month
    from source

)

select * from renamed
