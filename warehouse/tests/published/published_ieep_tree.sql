-- Tabella B: every printed total re-adds from the leaves that reached the facts within one euro; the totals that
-- carry two listed roundings are rows of `known_rounding_differences`.
{% set compared %}
    with

    leaves as (

        select
            structures.structure_code,
            results.section_code,
            results.level_two_code,
            results.item_code,
            results.signed_amount_eur,
            results.amount_eur
        from {{ ref('fct_economic_results') }} as results
        inner join {{ ref('dim_structure') }} as structures
            on results.structure_key = structures.structure_key
        where results.scenario_code = 'obiettivo' and results.month_key = 202100

    ),

    with_nation as (

        select * from leaves
        union all
        select 'NAZIONALE' as structure_code, section_code, level_two_code, item_code, signed_amount_eur, amount_eur
        from leaves

    ),

    added as (

        select structure_code, 'IEEP' as item_code, sum(signed_amount_eur) as total
        from with_nation
        group by structure_code
        union all
        select structure_code, case section_code when 'entrate' then 'E' else 'P' end as item_code, sum(signed_amount_eur) as total
        from with_nation
        group by structure_code, section_code
        union all
        select structure_code, level_two_code as item_code, sum(amount_eur) as total
        from with_nation
        group by structure_code, level_two_code
        union all
        select structure_code, item_code, sum(amount_eur) as total
        from with_nation
        where item_code <> level_two_code
        group by structure_code, item_code

    )

    select
        printed.codice_struttura as structure_code,
        printed.codice_voce as item_code,
        printed.valore as printed_total,
        coalesce(added.total, 0) as added_total
    from {{ ref('obiettivi_ieep_2021') }} as printed
    left join added
        on
            printed.codice_struttura = added.structure_code
            and printed.codice_voce = added.item_code
    where printed.valore is not null
{% endset %}

{{ published_total('obiettivi_ieep_2021', compared, comparisons=646) }}
