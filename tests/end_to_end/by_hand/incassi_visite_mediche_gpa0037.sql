-- PP21, Incassi per Visite Mediche di Controllo: change of the balance of GPA0037 against the end of the year before.
select $node as node, 100 * (sum(f.numerator) - sum(f.denominator)) / nullif(sum(f.denominator), 0) as value
from marts.fct_measures as f
join marts.dim_structure as s on s.structure_key = f.$key
where f.month_key = $closing and f.measure_code = 'SALDO_GPA0037'
group by all
