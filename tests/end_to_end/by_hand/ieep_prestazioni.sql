-- PP21, IEEP: the items of the benefits section (P*), legal interest negative.
select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as value
from marts.fct_economic_results as f
join marts.dim_structure as s on s.structure_key = f.$key
where
    f.scenario_code = 'consuntivo'
    and f.month_key in ($year_months)
    and f.item_code like 'P%'
group by all
