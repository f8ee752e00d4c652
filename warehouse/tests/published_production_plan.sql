-- PP21, Allegato tecnico, Produzione lorda: 23.291.060 points net of labour inspection.
with

plan as (

    select sum(definito_lavorato) as total
    from (
        select definito_om as definito_lavorato
        from {{ ref('fct_components') }}
        where scenario_code = 'obiettivo' and month_key = 202100 and is_production_area
    ) as leaves

),

printed as (

    select cast(valore as decimal(18, 4)) as total
    from {{ ref('obiettivi_produzione_2021') }}
    where codice_area = 'TOT'

)

select plan.total, printed.total as printed_total
from plan
cross join printed
where plan.total is distinct from printed.total
