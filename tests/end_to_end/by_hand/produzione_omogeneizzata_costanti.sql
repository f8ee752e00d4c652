-- PP21, Produzione, at the coefficients of the base month.
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

)

select $node as node, sum(f.definito * b.coefficient) as value
from marts.fct_production as f
join marts.dim_structure as s on s.structure_key = f.$key
join marts.dim_area as a using (area_key)
join marts.dim_product as p on p.product_key = f.product_key
join base as b on b.product_code = p.product_code
where
    f.scenario_code = 'consuntivo'
    and f.month_key in ($months)
    and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
group by all
