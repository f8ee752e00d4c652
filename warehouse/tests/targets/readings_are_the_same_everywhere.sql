-- A target that an act prints under one name and a composite uses under another is one number: the impact indicators
-- and the general objectives that `target_map` gives to an indicator.
with

published as (

    select
        case table_code when 'oge_triennali' then 'oge:' else 'impatto:' end || item_code as target_code,
        year_number,
        max(target_value) as target_value
    from {{ ref('int_published_targets') }}
    where table_code in ('oge_triennali', 'obiettivi_impatto_2021')
    group by table_code, item_code, year_number

)

select
    published.target_code,
    published.year_number,
    published.target_value,
    evaluated.target_value as evaluated_value
from published
left join {{ ref('int_evaluation_targets') }} as evaluated
    on
        published.target_code = evaluated.target_code
        and published.year_number between evaluated.first_year and evaluated.last_year
where published.target_value is distinct from evaluated.target_value
