-- C102, 4.5: 2025 tree, section of assessments; payments of legal interest are negative.
select
    $node as node,
    sum(case when t.voce ilike '%interessi legali%' then -f.amount_eur else f.amount_eur end) as value
from marts.fct_economic_results as f
join marts.dim_structure as s on s.structure_key = f.$key
join reference.ieep_voci_2025 as t on t.codice_voce = f.item_code
where
    f.scenario_code = 'consuntivo'
    and f.month_key in ($year_months)
    and t.macroarea = 'Accertamenti'
group by all
