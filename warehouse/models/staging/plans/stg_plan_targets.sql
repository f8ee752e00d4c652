with

source as (

    select * from {{ source('raw', 'piano_obiettivi') }}

),

renamed as (

    select
        versione as scenario_code,
        indicatore as indicator_code,
        cod_struttura as structure_code,
        cod_area as target_area_code,
        periodo as period_code,
        valore as target_value
    from source

)

select * from renamed
