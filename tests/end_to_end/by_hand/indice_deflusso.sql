-- PP21, Indice di deflusso: pieces completed of those the structure owns, whoever worked them, over pieces received.
with

upper_part as (

    select $node as node, sum(f.definito) as amount
    from (
        select month_key, structure_key, structure_current_key, definito
        from marts.fct_production
        where scenario_code = 'consuntivo' and service_mode = 'P'
        union all
        select r.month_key, o.structure_key, o.current_structure_key as structure_current_key, r.definito
        from marts.fct_production as r
        join marts.dim_structure as o
            on
                o.structure_code = r.counterpart_code
                and last_day(make_date(r.month_key // 100, r.month_key % 100, 1))
                between o.valid_from and coalesce(o.valid_to, date '9999-12-31')
        where r.service_mode = 'R'
    ) as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($months)
    group by all

),

lower_part as (

    select $node as node, sum(f.pervenuto) as amount
    from marts.fct_production as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P' and f.month_key in ($months)
    group by all

)

select coalesce(u.node, l.node) as node, u.amount / nullif(l.amount, 0) as value
from upper_part as u
full join lower_part as l on u.node = l.node
