-- Each fact's total stands again in the consolidated fact.
with

facts as (

    select 'definito_om' as component, sum(definito_om) as total
    from {{ ref('fct_production') }}
    union all
    select 'fte' as component, sum(fte) as total
    from {{ ref('fct_presence') }}
    union all
    select 'costo' as component, sum(amount_eur) as total
    from {{ ref('fct_costs') }}
    union all
    select 'importo_ieep' as component, sum(signed_amount_eur) as total
    from {{ ref('fct_economic_results') }}

),

consolidated as (

    select 'definito_om' as component, sum(definito_om + coalesce(definito_sussidiarieta_resa_om, 0)) as total
    from {{ ref('fct_components') }}
    union all
    select 'fte' as component, sum(fte) as total
    from {{ ref('fct_components') }}
    where scenario_code = 'consuntivo'
    union all
    select 'costo' as component, sum(costo) as total
    from {{ ref('fct_components') }}
    union all
    select 'importo_ieep' as component, sum(importo_ieep) as total
    from {{ ref('fct_components') }}

)

select facts.component, facts.total, consolidated.total as consolidated_total
from facts
inner join consolidated
    on facts.component = consolidated.component
where coalesce(facts.total, 0) <> coalesce(consolidated.total, 0)
