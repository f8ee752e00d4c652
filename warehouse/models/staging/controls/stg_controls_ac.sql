with

source as (

    select * from {{ source('raw', 'ctrl_ac') }}

),

renamed as (

    select
        periodo as month_key,
        cod_struttura as structure_code,
        programmate as ac_programmate,
        controllate as ac_controllate,
        irregolari as ac_irregolari,
        _delivery as delivery_code
    from source

)

select * from renamed
