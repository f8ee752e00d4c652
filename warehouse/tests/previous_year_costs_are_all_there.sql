-- What stands as last year's cost is last year's cost, to the cent, whatever became of the structures since.
with

costs as (

    select month_key, sum(amount_eur) as amount_eur
    from {{ ref('fct_costs') }}
    where scenario_code = 'consuntivo'
    group by month_key

),

a_year_later as (

    select month_key, sum(costo_anno_precedente) as amount_eur
    from {{ ref('fct_components') }}
    where costo_anno_precedente is not null
    group by month_key

)

select costs.month_key, costs.amount_eur, a_year_later.amount_eur as amount_a_year_later
from costs
left join a_year_later
    on costs.month_key + 100 = a_year_later.month_key
where
    costs.month_key + 100 in (select month_key from costs)
    and a_year_later.amount_eur is distinct from costs.amount_eur
