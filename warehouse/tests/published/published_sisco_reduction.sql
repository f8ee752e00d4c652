-- SISCO CV: the target is the opening stock less the printed per cent, to the nearest piece, in every row.
{% set compared %}
    select
        codice_struttura as structure_code,
        codice_obiettivo as item_code,
        valore_obiettivo_31_12_2021 as printed_total,
        cast(round(giacenza_01_01_2021 * (100 - abbattimento_percento) / 100.0) as bigint) as added_total
    from {{ ref('obiettivi_sisco_2021') }}
    where codice_obiettivo = 'SISCO-CV'
{% endset %}

{{ published_total('obiettivi_sisco_2021, abbattimento', compared, comparisons=8) }}
