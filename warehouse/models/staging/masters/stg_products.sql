with

source as (

    select * from {{ source('raw', 'mst_prodotti') }}

),

renamed as (

    select
        cod_modello as product_code,
        cod_prodotto as product_group_code,
        descrizione as product_name,
        gruppo as product_group_name,
        coefficiente as homogenisation_coefficient,
        valido_dal as declared_from,
        valido_al as declared_to,
        cast(_delivery as integer) as delivery_month
    from source

)

select * from renamed
