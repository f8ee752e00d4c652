-- Subsidiarity: nine printed totals are the sums of the pairs as read (slipped labels put back by overrides), and all
-- of them the 134,990 of the quarterly programme; the TFS project's is the number of its own objective.
{% set compared %}
    select
        agreements.provider_code as structure_code,
        'totale del sussidiante' as item_code,
        max(printed.totale_sussidiante) as printed_total,
        sum(agreements.pieces_n) as added_total
    from {{ ref('int_published_agreements') }} as agreements
    inner join (
        select distinct codice_sussidiante, totale_sussidiante
        from {{ ref('obiettivi_sussidiarieta_2021') }}
    ) as printed
        on agreements.provider_code = printed.codice_sussidiante
    group by agreements.provider_code
    union all
    select 'NAZIONALE', 'programma trimestrale', max(programme.obiettivo_2021), max(agreements.total)
    from {{ ref('obiettivi_trimestrali_2021') }} as programme
    cross join (select sum(pieces_n) as total from {{ ref('int_published_agreements') }}) as agreements
    where programme.codice_indicatore = 'SUSSIDIARIETA'
    union all
    select own.codice_struttura, 'obiettivo proprio', max(own.valore), sum(agreements.pieces_n)
    from {{ ref('obiettivi_strutture_centrali_2021') }} as own
    inner join {{ ref('int_published_agreements') }} as agreements
        on own.codice_struttura = agreements.provider_code
    where own.obiettivo like 'di cui in sussidiarietà%'
    group by own.codice_struttura
{% endset %}

{{ published_total('obiettivi_sussidiarieta_2021', compared, comparisons=11) }}
