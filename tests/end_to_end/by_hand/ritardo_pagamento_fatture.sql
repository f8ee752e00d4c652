-- DPCM 22 September 2014, article 9: amounts times days of delay over amounts paid.
select $node as node, sum(f.numerator) / nullif(sum(f.denominator), 0) as value
from marts.fct_measures as f
join marts.dim_structure as s on s.structure_key = f.$key
where f.month_key in ($months) and f.measure_code = 'FATT_RIT'
group by all
