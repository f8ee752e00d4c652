with

versions as (

    select *
    from (
        {{ master_versions(
            ref('stg_products'),
            ['product_code'],
            ['product_name', 'product_group_code', 'product_group_name', 'homogenisation_coefficient'],
        ) | indent(8) }}
    ) as versioned

),

not_recorded as (

    select
        'NR' as product_key,
        'NR' as product_code,
        'Non rilevato' as product_name,
        cast(null as varchar) as product_group_code,
        cast(null as varchar) as product_group_name,
        cast(null as decimal(9, 4)) as homogenisation_coefficient,
        cast('1900-01-01' as date) as valid_from,
        cast(null as date) as valid_to,
        true as is_current

),

keyed as (

    select
        {{ version_key('product_code', 'valid_from') }} as product_key,
        product_code,
        product_name,
        product_group_code,
        product_group_name,
        cast(homogenisation_coefficient as decimal(9, 4)) as homogenisation_coefficient,
        valid_from,
        valid_to,
        valid_to is null as is_current
    from versions

),

final as (

    select * from keyed
    union all
    select * from not_recorded

)

select * from final
