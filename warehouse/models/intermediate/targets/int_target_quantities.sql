with

quantities as (

    select
        indicator_code,
        node_code,
        area_node_code,
        year_number,
        case when node_code = 'NAZIONALE' then 'totale' else 'struttura' end as kind,
        sum(used_value) as quantity,
        min(unit) as unit,
        min(act) as act
    from {{ ref('int_published_targets') }}
    where kind = 'quantita'
    group by indicator_code, node_code, area_node_code, year_number

),

parts as (

    select indicator_code, area_node_code, year_number, sum(quantity) as quantity
    from quantities
    where kind = 'struttura'
    group by indicator_code, area_node_code, year_number

),

-- What the act prints in the total and in no row: the nation's denominator is the printed total.
remainders as (

    select
        totals.indicator_code,
        totals.node_code,
        totals.area_node_code,
        totals.year_number,
        'resto' as kind,
        totals.quantity - parts.quantity as quantity,
        totals.unit,
        totals.act
    from quantities as totals
    inner join parts
        on
            totals.indicator_code = parts.indicator_code
            and totals.area_node_code = parts.area_node_code
            and totals.year_number = parts.year_number
    where totals.kind = 'totale' and totals.quantity <> parts.quantity

),

final as (

    select * from quantities
    union all
    select * from remainders

)

select
    indicator_code,
    node_code,
    area_node_code,
    year_number,
    kind,
    cast(quantity as decimal(18, 6)) as quantity,
    unit,
    act
from final
