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

-- A plan of chapters is in force as long as the act that printed it.
final as (

    select
        {{ version_key('published.chapter_code', 'regimes.valid_from') }} as cost_item_key,
        published.chapter_code,
        published.chapter_name,
        published.cost_group_code,
        regimes.valid_from,
        regimes.valid_to,
        regimes.valid_to is null as is_current,
        published.act
    from published
    inner join {{ ref('regimes') }} as regimes
        on published.regime_code = regimes.regime_code

)

select * from final
