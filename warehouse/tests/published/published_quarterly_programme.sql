-- The quarterly programme: the fourth quarter is the year's objective (100 per cent where it is a share of it), the
-- quarters never step back, and the year's objective is the number that the indicator's own table prints for the nation.
{% set fourth_quarter %}
    select
        'NAZIONALE' as structure_code,
        codice_indicatore as item_code,
        case when unita_programmato like 'percento dell''obiettivo%' then 100 else obiettivo_2021 end as printed_total,
        programmato as added_total
    from {{ ref('obiettivi_trimestrali_2021') }}
    where trimestre = 4 and codice_indicatore <> 'QUALITA'
    union all
    select
        'NAZIONALE',
        codice_indicatore || ', trimestri non decrescenti',
        count(*) as printed_total,
        sum(case when programmato >= coalesce(previous, programmato) then 1 else 0 end) as added_total
    from (
        select
            codice_indicatore,
            programmato,
            lag(programmato) over (partition by codice_indicatore order by trimestre) as previous
        from {{ ref('obiettivi_trimestrali_2021') }}
        where programmato is not null
    ) as quarters
    group by codice_indicatore
{% endset %}

{% set own_tables %}
    with

    printed as (

        select distinct codice_indicatore, obiettivo_2021
        from {{ ref('obiettivi_trimestrali_2021') }}

    ),

    own as (

        select 'IG-' || codice_area as codice_indicatore, valore
        from {{ ref('obiettivi_indice_giacenza_2021') }}
        where codice_struttura = 'NAZIONALE'
        union all
        select 'IEEP', valore from {{ ref('obiettivi_ieep_2021') }} where codice_struttura = 'NAZIONALE' and codice_voce = 'IEEP'
        union all
        select 'PRODUZIONE-LORDA', valore from {{ ref('obiettivi_produzione_2021') }} where codice_area = 'TOT'
        union all
        select 'REDDITIVITA', valore from {{ ref('obiettivi_redditivita_2021') }} where codice_struttura = 'NAZIONALE'
        union all
        select
            case codice_indicatore when '1' then 'COSTI-DIRETTI-TOTALI' when '2' then 'COSTO-DIRETTO-PRODUZIONE' else 'COSTO-PUNTO' end,
            valore
        from {{ ref('obiettivi_indicatori_economici_2021') }}
        where codice_struttura = 'NAZIONALE'
        union all
        select 'PERSONALE-PRODUZIONE', valore
        from {{ ref('obiettivi_personale_2021') }}
        where codice_indicatore = 'produzione' and codice_struttura = 'NAZIONALE'
        union all
        select codice, valore from {{ ref('parametri_performance') }} where codice in ('PRODUTTIVITA', 'DEFLUSSO') and anno = 2021

    )

    select
        'NAZIONALE' as structure_code,
        own.codice_indicatore as item_code,
        own.valore as printed_total,
        printed.obiettivo_2021 as added_total
    from own
    left join printed
        on own.codice_indicatore = printed.codice_indicatore
{% endset %}

select * from (
    {{ published_total('obiettivi_trimestrali_2021', fourth_quarter, comparisons=28) }}
) as fourth_quarter
union all
select * from (
    {{ published_total('obiettivi_trimestrali_2021, tabelle proprie', own_tables, comparisons=13) }}
) as own_tables
