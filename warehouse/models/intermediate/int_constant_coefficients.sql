{{ config(materialized='view') }}

-- Every version of a product with the coefficient of the base month, for the variants at constant coefficients.
with

products as (

    select * from {{ ref('dim_product') }}

),

base as (

    select {{ first_day('base_month_key') }} as base_date
    from {{ ref('constant_coefficients') }}

),

-- A product unknown in the base month is re-valued with the version nearest to it: its first, or its last.
candidates as (

    select
        products.product_code,
        products.homogenisation_coefficient as base_coefficient,
        case
            when {{ in_force('base.base_date', 'products.valid_from', 'products.valid_to') }} then 0
            when products.valid_from > base.base_date then date_diff('day', base.base_date, products.valid_from)
            else date_diff('day', products.valid_to, base.base_date)
        end as days_away
    from products
    cross join base

),

chosen as (

    select product_code, base_coefficient
    from candidates
    qualify row_number() over (partition by product_code order by days_away) = 1

),

final as (

    select products.product_key, chosen.base_coefficient
    from products
    inner join chosen
        on products.product_code = chosen.product_code

)

select * from final
