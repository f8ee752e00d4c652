with

source as (

    select * from {{ source('raw', 'sap_coan') }}

),

renamed as (

    select
        esercizio * 100 + periodo as month_key,
        cdr as structure_code,
        cic as cost_centre_code,
        gruppo_vdc as cost_group_code,
        capitolo as chapter_code,
        conto as account_code,
        case tipo
            when 'EFF' then 'consuntivo'
            when 'BDG' then 'budget'
            when 'F01' then 'forecast_1'
            when 'F02' then 'forecast_2'
            when 'F03' then 'forecast_3'
            when 'F04' then 'forecast_4'
        end as scenario_code,
        dir = 'D' as is_direct,
        coalesce(prod = 'X', false) as is_production,
        importo as amount_eur,
        data_reg as posting_date,
        n_doc as document_code,
        _file as source_file,
        _line as source_line,
        _delivery as delivery_code
    from source

)

select * from renamed
