with

source as (

    select * from {{ source('raw', 'mis') }}

),

renamed as (

    select
        periodo as month_key,
        struttura as structure_code,
        misura as measure_code,
        numeratore as numerator,
        denominatore as denominator,
        _delivery as delivery_code
    from source

)

select * from renamed
