-- C102 §5.4.4, level II only: controlled over due, × 100.
with

counted as (

    select $node as node, sum(f.cpp_controllate) as upper_part, sum(f.cpp_a_controllo) as lower_part
    from marts.fct_controls as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months) and f.control_level = 'II' and f.control_kind = 'CPP'
    group by all

)

select node, 100 * upper_part / nullif(lower_part, 0) as value
from counted
