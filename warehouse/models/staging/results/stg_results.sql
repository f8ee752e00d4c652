with

source as (

    select * from {{ source('raw', 'sap_ieep') }}

),

renamed as (

    select
        esercizio * 100 + periodo as month_key,
        struttura as structure_code,
        voce as item_code,
        case tipo when 'EFF' then 'consuntivo' when 'OBV' then 'obiettivo' end as scenario_code,
        importo as amount_eur,
        _file as source_file,
        _line as source_line,
        _delivery as delivery_code
    from source

)

select * from renamed
