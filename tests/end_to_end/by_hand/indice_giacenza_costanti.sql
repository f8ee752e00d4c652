-- At the coefficients of the base month.
-- PP21, nota i: backlog in points at the closing month over points received in the period, times 30 days a month.
with

base as (

    -- The coefficient of January 2025 of every product; of one unknown then, the version nearest to it.
    select product_code, arg_min(homogenisation_coefficient, greatest(
        date_diff('day', date '2025-01-01', valid_from),
        date_diff('day', coalesce(valid_to, date '9999-12-31'), date '2025-01-01'),
        0
    )) as coefficient
    from marts.dim_product
    group by product_code

),

upper_part as (

    select $node as node, sum(f.giacenza_finale * b.coefficient) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_product as p on p.product_key = f.product_key
    join base as b on b.product_code = p.product_code
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key = $closing
    group by all

),

lower_part as (

    select $node as node, sum(f.pervenuto * b.coefficient) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_product as p on p.product_key = f.product_key
    join base as b on b.product_code = p.product_code
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key in ($months)
    group by all

)

select coalesce(u.node, l.node) as node, u.amount * $days / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
