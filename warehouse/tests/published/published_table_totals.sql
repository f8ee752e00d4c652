-- The tables that print a total: it is the sum of their rows, for the number that is used.
-- Projects A, B, C, PNDD, Ge.M.P.I., both SISCO, legal costs, both kinds of design, disposals by units and by value.
{% set compared %}
    select
        table_code as structure_code,
        item_code,
        max(case when structure_code = 'NAZIONALE' then used_value end) as printed_total,
        sum(case when structure_code <> 'NAZIONALE' then used_value end) as added_total
    from {{ ref('int_published_rows') }}
    where
        table_code in (
            'obiettivi_progetti_miglioramento_2021', 'obiettivi_pndd_2021', 'obiettivi_gempi_2021',
            'obiettivi_sisco_2021', 'obiettivi_incassi_spese_legali_2021', 'obiettivi_antincendio_2021',
            'obiettivi_progettazione_interventi_2021', 'obiettivi_dismissione_patrimonio_2021'
        )
    group by table_code, item_code
    union all
    select
        table_code as structure_code,
        item_code || ', giacenza iniziale' as item_code,
        max(case when structure_code = 'NAZIONALE' then base_value end) as printed_total,
        sum(case when structure_code <> 'NAZIONALE' then base_value end) as added_total
    from {{ ref('int_published_rows') }}
    where table_code = 'obiettivi_sisco_2021' and item_code = 'SISCO-CV'
    group by table_code, item_code
{% endset %}

{{ published_total('totali di tabella', compared, comparisons=13) }}
