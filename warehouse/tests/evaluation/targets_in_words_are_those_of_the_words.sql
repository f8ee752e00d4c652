-- "+2% sulla baseline, 100 = …" is a target of 102: number and words of the seed are two statements of one target.
with

targets as (

    select
        target_code,
        year,
        target_value,
        regexp_extract(note, '^\+(\d+)% sulla baseline, 100', 1) as increase_text
    from {{ ref('evaluation_targets') }}
    where note like '%sulla baseline, 100%'

)

select target_code, year, target_value, increase_text
from targets
where increase_text = '' or target_value <> 100 + cast(nullif(increase_text, '') as integer)
