-- The base weights of a composite add up to its declared total, on every day (children come and go with the acts);
-- where none is declared they are relative, and equal.
with

children as (

    select * from {{ ref('int_evaluation_children') }}
    where role = 'base'

),

declared as (

    select composite_code, total_weight from {{ ref('composites') }}

),

days as (

    select composite_code, coalesce(valid_from, composite_valid_from) as day from children

),

added as (

    select days.composite_code, days.day, sum(children.weight) as weight, min(children.weight) as least, max(children.weight) as most
    from (select distinct composite_code, day from days) as days
    inner join children
        on
            days.composite_code = children.composite_code
            and days.day >= coalesce(children.valid_from, children.composite_valid_from)
            and days.day <= coalesce(children.valid_to, {{ open_end() }})
    group by days.composite_code, days.day

)

select added.composite_code, added.day, added.weight, declared.total_weight
from added
inner join declared
    on added.composite_code = declared.composite_code
where
    added.weight <> declared.total_weight
    or (declared.total_weight is null and added.least <> added.most)
