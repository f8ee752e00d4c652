with

published as (

    select
        capitolo as chapter_code,
        gruppo_vdc as cost_group_code,
        descrizione as chapter_name,
        cast(anno_da as varchar) as regime_code,
        fonte as act
    from {{ ref('capitoli_spesa') }}
    where ambito = 'strutture territoriali'

),

-- Chapters that stand in the lists but in no act's plan of chapters.
others as (

    select
        chapter_code,
        chapter_name,
        cost_group_code,
        valid_from,
        valid_to,
        note as act
    from {{ ref('other_chapters') }}

),

-- A plan of chapters is in force as long as the act that printed it.
planned as (

    select
        published.chapter_code,
        published.chapter_name,
        published.cost_group_code,
        regimes.valid_from,
        regimes.valid_to,
        published.act
    from published
    inner join {{ ref('regimes') }} as regimes
        on published.regime_code = regimes.regime_code
    union all
    select chapter_code, chapter_name, cost_group_code, valid_from, valid_to, act
    from others

),

final as (

    select
        {{ version_key('chapter_code', 'valid_from') }} as cost_item_key,
        chapter_code,
        chapter_name,
        cost_group_code,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        act
    from planned

)

select * from final
