-- PP21, POLA: people with an agile day over people, at the closing month, × 100.
with

upper_part as (

    select $node as node, sum(f.teste_agili) as amount
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key = $closing
    group by all

),

lower_part as (

    select $node as node, sum(f.teste) as amount
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key = $closing
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
