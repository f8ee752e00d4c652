-- What stands beside the actuals, under the scenario `consuntivo`, is the reference plan of each year (seed
-- `reference_plans`), the published plan, the assigned IEEP targets, and the IEEP amounts times their section's weight;
-- points completed for another structure are received as points.
with

production as (

    select * from {{ ref('fct_production') }}

),

results as (

    select * from {{ ref('fct_economic_results') }}

),

due as (

    select 'piano_definito_om' as component, production.month_key, sum(production.definito_om) as total
    from production
    left join {{ ref('reference_plans') }} as plans
        on
            production.scenario_code = plans.scenario_code
            and production.month_key // 100 = plans.year
    where plans.year is not null or production.scenario_code = 'obiettivo'
    group by production.month_key
    union all
    select 'obiettivo_ieep' as component, month_key, sum(signed_amount_eur) as total
    from results
    where scenario_code = 'obiettivo'
    group by month_key
    union all
    select 'importo_ieep_pesato' as component, results.month_key, sum(results.signed_amount_eur * sections.peso_sezione_percento) as total
    from results
    inner join {{ ref('ieep_voci') }} as sections
        on
            results.section_code = sections.sezione
            and sections.codice_padre = 'IEEP'
    where results.scenario_code = 'consuntivo'
    group by results.month_key
    union all
    select 'definito_sussidiarieta_ricevuta_om' as component, month_key, sum(definito_om) as total
    from production
    where scenario_code = 'consuntivo' and service_mode = 'R'
    group by month_key

),

found as (

    select
        month_key,
        sum(piano_definito_om) as piano_definito_om,
        sum(obiettivo_ieep) as obiettivo_ieep,
        sum(importo_ieep_pesato) as importo_ieep_pesato,
        sum(definito_sussidiarieta_ricevuta_om) as definito_sussidiarieta_ricevuta_om
    from {{ ref('fct_components') }}
    where scenario_code = 'consuntivo'
    group by month_key

)

select
    due.component,
    due.month_key,
    due.total as due_total,
    case due.component
        when 'piano_definito_om' then found.piano_definito_om
        when 'obiettivo_ieep' then found.obiettivo_ieep
        when 'importo_ieep_pesato' then found.importo_ieep_pesato
        when 'definito_sussidiarieta_ricevuta_om' then found.definito_sussidiarieta_ricevuta_om
    end as found_total
from due
left join found
    on due.month_key = found.month_key
where due.total is not null and due.total is distinct from found_total
