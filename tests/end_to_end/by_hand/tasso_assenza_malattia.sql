-- PP21, POLA: sick minutes over workable minutes, × 100.
with

counted as (

    select $node as node, sum(f.minuti_malattia) as upper_part, sum(f.minuti_lavorabili) as lower_part
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months)
    group by all

)

select node, 100 * upper_part / nullif(lower_part, 0) as value
from counted
