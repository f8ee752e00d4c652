-- One row per month: the products in force in it, as a digest, now and at the former build. A new product, or a new
-- coefficient, is no other month's than those it is in force in.

with

in_force_products as (

    select
        months.month_key,
        products.product_code,
        products.product_key,
        products.homogenisation_coefficient,
        constants.base_coefficient
    from {{ ref('dim_month') }} as months
    inner join {{ ref('dim_product') }} as products
        on {{ in_force('months.reference_date', 'products.valid_from', 'products.valid_to') }}
    left join {{ ref('int_constant_coefficients') }} as constants
        on products.product_key = constants.product_key

),

present as (

    select month_key, {{ rows_digest('in_force_products') }} as digest
    from in_force_products
    group by month_key

),

former as (

    {{ former_rows({'month_key': 'integer', 'digest': 'varchar'}) }}

),

final as (

    select
        coalesce(present.month_key, former.month_key) as month_key,
        present.digest,
        former.digest as former_digest
    from present
    full outer join former
        on present.month_key = former.month_key

)

select * from final
where digest is not null or former_digest is not null
