-- C102, 5.4.2.2: used over assigned on the four chapters of extraordinary maintenance.
with

summed as (

    select
        $node as node,
        sum(f.amount_eur) filter (where f.scenario_code = 'consuntivo') as used,
        sum(f.amount_eur) filter (where f.scenario_code = 'budget') as assigned
    from marts.fct_costs as f
    join marts.dim_structure as s on s.structure_key = f.$key
    where f.month_key in ($year_months) and f.chapter_code in ('5U2112010', '5U2112011', '5U2112013', '5U2112014')
    group by all

)

select node, 100 * used / nullif(assigned, 0) as value
from summed
