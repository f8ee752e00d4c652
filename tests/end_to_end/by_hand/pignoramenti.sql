-- C102, 5.1: attachments suffered in the period.
select $node as node, sum(f.numerator) as value
from marts.fct_measures as f
join marts.dim_structure as s on s.structure_key = f.$key
where f.month_key in ($months) and f.measure_code = 'PIGNORAMENTI'
group by all
