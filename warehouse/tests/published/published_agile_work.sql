-- POLA, agile work in 2020: the days of a month over its agile workers are the printed mean to two decimals, and the
-- share of December is agile workers over staff. The months whose mean the act rounds or prints otherwise are listed.
{% set compared %}
    with

    by_month as (

        select
            periodo,
            max(case when codice_indicatore = 'dipendenti_totali' then valore end) as staff_n,
            max(case when codice_indicatore = 'lavoratori_agili' then valore end) as agile_n,
            max(case when codice_indicatore = 'giornate_complessive' then valore end) as days_n,
            max(case when codice_indicatore = 'giornate_medie_mese_per_dipendente' then valore end) as mean_days,
            max(case when codice_indicatore = 'percento_lavoratori_agili' then valore end) as agile_pct
        from {{ ref('lavoro_agile_2020') }}
        group by periodo

    )

    select
        periodo as structure_code,
        'giornate medie' as item_code,
        mean_days as printed_total,
        cast(round(cast(days_n as double) / agile_n, 2) as decimal(18, 6)) as added_total
    from by_month
    union all
    select
        periodo,
        'percento lavoratori agili',
        agile_pct,
        cast(round(100.0 * cast(agile_n as double) / staff_n, 2) as decimal(18, 6))
    from by_month
    where agile_pct is not null
{% endset %}

{{ published_total('lavoro_agile_2020', compared, comparisons=7) }}
