-- Rows of the landed extracts against rows of the facts that do not aggregate; totals for those that do.
select 'production' as domain, landed.total as landed_total, loaded.total as loaded_total
from (select count(*) as total from {{ source('raw', 'pb_prod') }}) as landed
cross join (select count(*) as total from {{ ref('fct_production') }} where scenario_code = 'consuntivo') as loaded
where landed.total <> loaded.total
union all
select 'presence', landed.total, loaded.total
from (select sum(ore_presenza) as total from {{ source('raw', 'hr_pres') }}) as landed
cross join (select sum(minuti_presenza) as total from {{ ref('fct_presence') }}) as loaded
where landed.total <> loaded.total
union all
select 'costs', landed.total, loaded.total
from (select sum(importo) as total from {{ source('raw', 'sap_coan') }}) as landed
cross join (select sum(amount_eur) as total from {{ ref('fct_costs') }}) as loaded
where landed.total <> loaded.total
union all
select 'results', landed.total, loaded.total
from (select sum(importo) as total from {{ source('raw', 'sap_ieep') }}) as landed
cross join (
    select sum(amount_eur) as total
    from {{ ref('fct_economic_results') }}
    where month_key % 100 <> 0
) as loaded
where landed.total <> loaded.total
union all
select 'measures', landed.total, loaded.total
from (select count(*) as total from {{ source('raw', 'mis') }}) as landed
cross join (select count(*) as total from {{ ref('fct_measures') }}) as loaded
where landed.total <> loaded.total
