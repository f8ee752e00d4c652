-- PP21, Obiettivi di efficienza: FTE in support areas of the production structures over all their FTE, × 100.
with

upper_part as (

    select $node as node, sum(f.fte) as amount
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.month_key in ($months)
        and s.structure_type in ('DP', 'FM', 'FP', 'AG')
        and a.line_code = 'SUPPORTO'
    group by all

),

lower_part as (

    select $node as node, sum(f.fte) as amount
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.month_key in ($months)
        and s.structure_type in ('DP', 'FM', 'FP', 'AG')
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
