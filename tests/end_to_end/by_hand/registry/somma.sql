-- The registry's row: the numerator, over its own months.
select $node as node, sum(f.numerator) as value
from marts.fct_measures as f
join marts.dim_structure as s on s.structure_key = f.$key
where f.measure_code = '$measure' and f.month_key in ($upper_months)
group by all
