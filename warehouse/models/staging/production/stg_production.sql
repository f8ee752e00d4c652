with

source as (

    select * from {{ source('raw', 'pb_prod') }}

),

renamed as (

    select
        anno * 100 + mese as month_key,
        cod_struttura as structure_code,
        cod_linea as line_code,
        cod_modello as product_code,
        modalita as service_mode,
        cod_struttura_sussidiata as counterpart_code,
        giacenza_iniziale,
        pervenuto,
        definito_accolto,
        definito_respinto,
        definito_accolto + definito_respinto as definito,
        definito_automatizzato,
        rettifiche,
        giacenza_finale,
        _file as source_file,
        _line as source_line,
        _delivery as delivery_code
    from source

)

select * from renamed
