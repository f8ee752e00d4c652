-- The tables of the Conto economico imply one set of costs. IEEP / redditività is a directorate's total cost, and
-- cost / (cost per point) its points: the 23 add up to the nation's (about 2,609 million euro, 20.18
-- million points), within what the two printed decimals leave open.
-- Each ratio stands for the interval of numbers that print like it; the sum of the 23 intervals must meet the nation's.
{% set compared %}
    with

    printed as (

        select
            amounts.codice_struttura as structure_code,
            amounts.valore as ieep_eur,
            ratios.valore as redditivita,
            points.valore as cost_per_point
        from {{ ref('obiettivi_ieep_2021') }} as amounts
        inner join {{ ref('obiettivi_redditivita_2021') }} as ratios
            on amounts.codice_struttura = ratios.codice_struttura
        inner join {{ ref('obiettivi_indicatori_economici_2021') }} as points
            on
                amounts.codice_struttura = points.codice_struttura
                and points.codice_indicatore = '3'
        where amounts.codice_voce = 'IEEP'

    ),

    bounds as (

        select
            structure_code = 'NAZIONALE' as is_nation,
            'costi totali' as item_code,
            ieep_eur / (redditivita + 0.005) as lowest,
            ieep_eur / (redditivita - 0.005) as highest
        from printed
        union all
        select
            structure_code = 'NAZIONALE',
            'punti omogeneizzati',
            ieep_eur / (redditivita + 0.005) / (cost_per_point + 0.005),
            ieep_eur / (redditivita - 0.005) / (cost_per_point - 0.005)
        from printed

    ),

    sides as (

        select
            item_code,
            sum(case when is_nation then lowest end) as nation_lowest,
            sum(case when is_nation then highest end) as nation_highest,
            sum(case when not is_nation then lowest end) as parts_lowest,
            sum(case when not is_nation then highest end) as parts_highest
        from bounds
        group by item_code

    )

    -- The sum of the parts, drawn to the nation's interval no further than their own roundings allow.
    select
        'NAZIONALE' as structure_code,
        item_code,
        cast(round((nation_lowest + nation_highest) / 2) as bigint) as printed_total,
        case
            when parts_lowest <= nation_highest and nation_lowest <= parts_highest
                then cast(round((nation_lowest + nation_highest) / 2) as bigint)
            else cast(round((parts_lowest + parts_highest) / 2) as bigint)
        end as added_total
    from sides
{% endset %}

{{ published_total('conto economico', compared, comparisons=2) }}
