-- Tabella C: running costs (CS10) are guarding, cleaning and water (CS11, CS12, CS13), 23 of 23.
{% set compared %}
    select
        codice_struttura as structure_code,
        'CS10' as item_code,
        max(case when codice_indicatore = 'CS10' then valore end) as printed_total,
        sum(case when codice_indicatore in ('CS11', 'CS12', 'CS13') then valore end) as added_total
    from {{ ref('obiettivi_costi_standard_2021') }}
    group by codice_struttura
{% endset %}

{{ published_total('obiettivi_costi_standard_2021', compared, comparisons=23) }}
