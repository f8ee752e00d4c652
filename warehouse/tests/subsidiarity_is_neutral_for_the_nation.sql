-- What is rendered by someone is received by someone: per month and product, the nation is the same either way.
select
    month_key,
    product_key,
    sum(definito_sussidiarieta_resa) as resa,
    sum(definito_sussidiarieta_ricevuta) as ricevuta
from {{ ref('fct_components') }}
where scenario_code = 'consuntivo'
group by month_key, product_key
having coalesce(sum(definito_sussidiarieta_resa), 0) <> coalesce(sum(definito_sussidiarieta_ricevuta), 0)
