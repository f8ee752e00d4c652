-- C102 §3.5: pieces completed for structures of other directorates over those agreed in the reference plan, × 100.
with

upper_part as (

    select $node as node, sum(f.definito) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    join marts.dim_structure as worker on worker.structure_key = f.structure_key
    join marts.dim_structure as owner
        on
            owner.structure_code = f.counterpart_code
            and make_date(f.month_key // 100, f.month_key % 100, 1) >= owner.valid_from
            and make_date(f.month_key // 100, f.month_key % 100, 1) <= coalesce(owner.valid_to, date '9999-12-31')
    where
        f.scenario_code = 'consuntivo'
        and f.service_mode = 'R'
        and f.month_key in ($months)
        and coalesce(worker.directorate_code, '') <> coalesce(owner.directorate_code, '')
    group by all

),

lower_part as (

    select $node as node, sum(f.sussidiarieta_extra_concordata) as amount
    from marts.fct_components as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months) and f.scenario_code = 'consuntivo'
    group by all

)

select coalesce(u.node, l.node) as node, 100 * u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
