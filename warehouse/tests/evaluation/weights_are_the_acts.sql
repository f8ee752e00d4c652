-- A weight that an act prints is read from its seed, by key, and not typed again; a weight that the act lost is a
-- reading; every key exists.
with

children as (

    select * from {{ ref('composite_children') }}

),

printed as (

    select * from {{ ref('pesi_performance') }}

)

select children.composite_code, children.child_code, children.weight_code, children.weight, printed.peso_percento
from children
left join printed
    on children.weight_code = printed.codice
left join printed as parent
    on children.weight_parent_code = parent.codice
where
    (children.weight_code is not null and printed.codice is null)
    or (children.weight_parent_code is not null and parent.peso_percento is null)
    or (printed.peso_percento is not null and children.weight is not null)
    or (printed.peso_percento is null and children.weight is null)
    or (printed.codice is not null and printed.peso_percento is null and not children.is_reading)
