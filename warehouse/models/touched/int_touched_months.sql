-- One row per source (`subject_code`) and month to compute again: those of the files that changed, as they are and as
-- they were; for production also those whose products are others.

with

scope as (

    select is_full from {{ ref('int_build_scope') }}

),

months as (

    select * from {{ ref('int_delivered_months') }}

),

changed_files as (

    select table_name, delivery_code
    from {{ ref('int_raw_files') }}
    where sha256 is distinct from former_sha256

),

changed_products as (

    select month_key
    from {{ ref('int_product_months') }}
    where digest is distinct from former_digest

),

final as (

    select distinct
        months.source_code as subject_code,
        months.month_key
    from months
    cross join scope
    left join changed_files
        on
            months.table_name = changed_files.table_name
            and months.delivery_code = changed_files.delivery_code
    left join changed_products
        on
            months.source_code = 'produzione'
            and months.month_key = changed_products.month_key
    where
        scope.is_full
        or changed_files.delivery_code is not null
        or changed_products.month_key is not null

)

select * from final
