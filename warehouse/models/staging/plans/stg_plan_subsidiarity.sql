with

source as (

    select * from {{ source('raw', 'piano_sussidiarieta') }}

),

renamed as (

    select
        versione as scenario_code,
        anno * 100 + mese as month_key,
        cod_struttura as structure_code,
        cod_struttura_sussidiata as counterpart_code,
        pezzi as agreed_pieces
    from source

)

select * from renamed
