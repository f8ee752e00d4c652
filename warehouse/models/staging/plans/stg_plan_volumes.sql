with

source as (

    select * from {{ source('raw', 'piano_volumi') }}

),

renamed as (

    select
        versione as scenario_code,
        anno * 100 + mese as month_key,
        cod_struttura as structure_code,
        cod_linea as line_code,
        giacenza_om as giacenza_finale_om,
        pervenuto_om,
        definito_om,
        risorse_fte as fte
    from source

)

select * from renamed
