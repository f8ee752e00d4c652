with

source as (

    select * from {{ source('raw', 'ctrl_cpp') }}

),

renamed as (

    select
        periodo as month_key,
        cod_struttura as structure_code,
        livello as control_level,
        cod_prodotto as product_code,
        a_controllo as cpp_a_controllo,
        controllate as cpp_controllate,
        regolarizzate_si as cpp_regolarizzate_si,
        regolarizzate_no as cpp_regolarizzate_no,
        notificate as cpp_notificate,
        regolarizzate_30gg as cpp_regolarizzate_30gg,
        _delivery as delivery_code
    from source

)

select * from renamed
