-- What the acts give as a number is read from their seed; `evaluation_targets` holds only what they say in words. Every
-- target and range that a child names exists.
with

in_words as (

    select * from {{ ref('evaluation_targets') }}

),

known as (

    select target_code, first_year, count(*) as times
    from {{ ref('int_evaluation_targets') }}
    group by target_code, first_year

),

children as (

    select * from {{ ref('composite_children') }}

)

select in_words.target_code, 'retyped' as problem
from in_words
inner join known
    on in_words.target_code = known.target_code and in_words.year = known.first_year
where known.times > 1
union all
select children.target_code, 'unknown target' as problem
from children
where children.target_code is not null and children.target_code not in (select target_code from known)
union all
select children.range_code, 'unknown range' as problem
from children
where children.range_code is not null and children.range_code not in (select range_code from {{ ref('int_evaluation_ranges') }})
