-- One row per target that an act prints and stretch of years it holds for: the seeds of the acts, and what they say in words.

with

parameters as (

    select * from {{ ref('parametri_performance') }}

),

goals as (

    select * from {{ ref('oge_triennali') }}

),

impacts as (

    select * from {{ ref('obiettivi_impatto_2021') }}

),

in_words as (

    select * from {{ ref('evaluation_targets') }}

),

-- A parameter holds from its year until the next act that names it.
parameter_targets as (

    select
        'parametro:' || codice as target_code,
        anno as first_year,
        coalesce(lead(anno) over (partition by codice order by anno) - 1, 9999) as last_year,
        cast(valore as decimal(18, 6)) as target_value
    from parameters

),

goal_targets as (

    {% for year in ['2021', '2022', '2023'] %}
    select
        'oge:' || codice_indicatore as target_code,
        {{ year }} as first_year,
        {{ year }} as last_year,
        cast(obiettivo_{{ year }} as decimal(18, 6)) as target_value
    from goals
    where obiettivo_{{ year }} is not null
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

impact_targets as (

    select
        'impatto:' || codice_indicatore as target_code,
        anno as first_year,
        anno as last_year,
        cast(obiettivo_valore as decimal(18, 6)) as target_value
    from impacts
    where obiettivo_valore is not null

),

final as (

    select target_code, first_year, last_year, target_value from parameter_targets
    union all
    select target_code, first_year, last_year, target_value from goal_targets
    union all
    select target_code, first_year, last_year, target_value from impact_targets
    union all
    select target_code, year as first_year, year as last_year, target_value from in_words

)

select * from final
