-- closing = opening + received − completed by own staff − completed by others + adjustments,
-- per structure, product and month (indicators.md §2). A break is loaded and reported.
{{ config(severity='warn') }}

select
    month_key,
    structure_key,
    product_key,
    sum(giacenza_iniziale) as giacenza_iniziale,
    sum(pervenuto) as pervenuto,
    sum(definito) as definito,
    sum(definito_sussidiarieta_ricevuta) as ricevuta,
    sum(giacenza_finale) as giacenza_finale
from {{ ref('fct_components') }}
where scenario_code = 'consuntivo' and product_key <> 'NR'
group by month_key, structure_key, product_key
having
    sum(giacenza_finale) is not null
    and sum(giacenza_finale) <> sum(giacenza_iniziale) + sum(pervenuto) - sum(definito)
    - sum(definito_sussidiarieta_ricevuta) + coalesce(sum(rettifiche), 0)
