-- PP21, POLA: agile days over months of agile workers (who has a day in the month), all months of the period.
with

counted as (

    select $node as node, sum(f.giorni_agili) as upper_part, sum(f.teste_agili) as lower_part
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months)
    group by all

)

select node, upper_part / nullif(lower_part, 0) as value
from counted
