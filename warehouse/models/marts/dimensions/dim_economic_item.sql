with

tree_2021 as (

    select
        codice_voce as item_code,
        voce as item_name,
        codice_padre as parent_code,
        sezione as section_code,
        segno as sign_symbol,
        fonte as act
    from {{ ref('ieep_voci') }}

),

section_weights as (

    select sezione as section_code, cast(peso_sezione_percento as integer) as section_weight_pct
    from {{ ref('ieep_voci') }}
    where peso_sezione_percento is not null

),

leaves_2021 as (

    select
        tree_2021.item_code,
        tree_2021.item_name,
        coalesce(parent.item_code, tree_2021.item_code) as level_two_code,
        tree_2021.section_code,
        tree_2021.sign_symbol,
        section_weights.section_weight_pct,
        '2021' as regime_code,
        tree_2021.act
    from tree_2021
    left join tree_2021 as parent
        on tree_2021.parent_code = parent.item_code and parent.parent_code in ('E', 'P')
    left join section_weights
        on tree_2021.section_code = section_weights.section_code
    where
        tree_2021.item_code not in (select parent_code from tree_2021 where parent_code is not null)

),

leaves_2025 as (

    select
        codice_voce as item_code,
        voce as item_name,
        codice_voce as level_two_code,
        case macroarea when 'Accertamenti' then 'accertamenti' else 'incassi_pagamenti' end as section_code,
        segno as sign_symbol,
        cast(null as integer) as section_weight_pct,
        '2025' as regime_code,
        fonte as act
    from {{ ref('ieep_voci_2025') }}

),

leaves as (

    select * from leaves_2021
    union all
    select * from leaves_2025

),

final as (

    select
        item_code,
        item_name,
        level_two_code,
        section_code,
        case sign_symbol when '-' then -1 else 1 end as item_sign,
        section_weight_pct,
        regimes.valid_from,
        regimes.valid_to,
        leaves.act
    from leaves
    inner join {{ ref('regimes') }} as regimes
        on leaves.regime_code = regimes.regime_code

)

select * from final
