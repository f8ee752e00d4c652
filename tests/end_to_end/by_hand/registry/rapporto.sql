-- The registry's row: numerator over denominator, each over its own months.
with

counted as (

    select
        $node as node,
        sum(f.numerator) filter (where f.month_key in ($upper_months)) as upper_part,
        sum(f.denominator) filter (where f.month_key in ($lower_months)) as lower_part
    from marts.fct_measures as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.measure_code = '$measure'
    group by all

)

select node, upper_part / nullif(lower_part, 0) as value
from counted
