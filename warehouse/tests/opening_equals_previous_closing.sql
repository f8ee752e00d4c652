-- Each month opens with what the former one closed, per structure (as-is, so that an office that changes
-- its code continues) and product, where both months were delivered.
{{ config(severity='warn') }}

with

stocks as (

    select
        production.month_key,
        production.structure_current_key,
        products.product_code,
        sum(production.giacenza_iniziale) as giacenza_iniziale,
        sum(production.giacenza_finale) as giacenza_finale
    from {{ ref('fct_production') }} as production
    inner join {{ ref('dim_product') }} as products
        on production.product_key = products.product_key
    where production.scenario_code = 'consuntivo' and production.service_mode = 'P'
    group by production.month_key, production.structure_current_key, products.product_code

),

months as (

    select month_key, year_number * 12 + month_number as month_index
    from {{ ref('dim_month') }}
    where is_calendar_month

),

indexed as (

    select stocks.*, months.month_index
    from stocks
    inner join months
        on stocks.month_key = months.month_key

)

select
    present.month_key,
    present.structure_current_key,
    present.product_code,
    former.giacenza_finale as former_closing,
    present.giacenza_iniziale as opening
from indexed as present
inner join indexed as former
    on
        present.structure_current_key = former.structure_current_key
        and present.product_code = former.product_code
        and present.month_index = former.month_index + 1
where present.giacenza_iniziale <> former.giacenza_finale
