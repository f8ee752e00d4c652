-- At the coefficients of the base month. C102 §3.2: points of the four areas per FTE-month of administrative profiles, wherever they work, net of the
-- switchboard.
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

    select $node as node, sum(f.definito * b.coefficient) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    join marts.dim_product as p on p.product_key = f.product_key
    join base as b on b.product_code = p.product_code
    where
        f.scenario_code = 'consuntivo'
        and f.month_key in ($months)
        and a.line_code not in ('VIG-ISP', 'SUPPORTO', 'REGIONALE', 'NR')
        and a.line_code not in ('LEGALE', 'MED-LEG', 'CPP', 'AUTOCERT', 'RPS-ARCHIVI', 'AMM-SOC-REG')
    group by all

),

lower_part as (

    select $node as node, sum(f.fte) as amount
    from marts.fct_presence as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_area as a using (area_key)
    where
        f.month_key in ($months)
        and f.profile_code in ('elevata_professionalita', 'funzionario', 'assistente', 'operatore')
        and f.function_code <> 'centralino'
    group by all

)

select coalesce(u.node, l.node) as node, u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
