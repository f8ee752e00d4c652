-- PP21, Tabella B: the item's own bookings and those of the items printed below it, legal interest (P1.*) negative.
with recursive

below as (

    select codice_voce from reference.ieep_voci where codice_voce = '$item'
    union all
    select part.codice_voce
    from reference.ieep_voci as part
    join below on part.codice_padre = below.codice_voce

)

select $node as node, sum(case when f.item_code like 'P1.%' then -f.amount_eur else f.amount_eur end) as value
from marts.fct_economic_results as f
join marts.dim_structure as s on s.structure_key = f.$key
where
    f.scenario_code = 'consuntivo'
    and f.month_key in ($year_months)
    and f.item_code in (select codice_voce from below)
group by all
