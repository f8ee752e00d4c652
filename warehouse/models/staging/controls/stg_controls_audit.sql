with

source as (

    select * from {{ source('raw', 'ctrl_audit') }}

),

renamed as (

    select
        periodo as month_key,
        cod_struttura as structure_code,
        campagne_previste as audit_campagne_previste,
        campagne_concluse as audit_campagne_concluse,
        accessi_previsti as audit_accessi_previsti,
        accessi_svolti as audit_accessi_svolti,
        esiti_positivi as audit_esiti_positivi,
        _delivery as delivery_code
    from source

)

select * from renamed
