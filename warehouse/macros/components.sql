{#
  The consolidated fact's columns, in one list: name → type. A block of `fct_components` gives the columns
  its fact knows; the others stay null (a measure) or at the "not recorded" member (a key).
#}
{% macro component_keys() %}
    {{ return({
        'product_key': "'NR'",
        'profile_code': "'NR'",
        'function_code': "'NR'",
        'item_code': "'NR'",
        'level_two_code': "'NR'",
        'section_code': "'NR'",
        'chapter_code': "'NR'",
        'is_administrative_profile': 'false',
        'is_inspector': 'false',
        'is_counter': 'false',
        'is_switchboard': 'false',
        'is_direct_cost': 'false',
        'is_production_cost': 'false',
    }) }}
{% endmacro %}

{% macro component_measures() %}
    {{ return({
        'giacenza_iniziale': 'bigint',
        'pervenuto': 'bigint',
        'definito': 'bigint',
        'definito_accolto': 'bigint',
        'definito_respinto': 'bigint',
        'definito_automatizzato': 'bigint',
        'definito_sussidiarieta_resa': 'bigint',
        'definito_sussidiarieta_ricevuta': 'bigint',
        'rettifiche': 'bigint',
        'giacenza_finale': 'bigint',
        'giacenza_iniziale_om': 'decimal(18, 4)',
        'pervenuto_om': 'decimal(18, 4)',
        'definito_om': 'decimal(18, 4)',
        'definito_automatizzato_om': 'decimal(18, 4)',
        'definito_sussidiarieta_resa_om': 'decimal(18, 4)',
        'definito_sussidiarieta_ricevuta_om': 'decimal(18, 4)',
        'giacenza_finale_om': 'decimal(18, 4)',
        'piano_definito_om': 'decimal(18, 4)',
        'fte': 'decimal(18, 6)',
        'teste': 'integer',
        'teste_agili': 'integer',
        'minuti_presenza': 'bigint',
        'minuti_lavorabili': 'bigint',
        'minuti_straordinario': 'bigint',
        'minuti_malattia': 'bigint',
        'giorni_lavorabili': 'integer',
        'giorni_presenza': 'integer',
        'giorni_agili': 'integer',
        'costo': 'decimal(18, 2)',
        'importo_ieep': 'decimal(18, 2)',
        'importo_ieep_pesato': 'decimal(18, 2)',
        'obiettivo_ieep': 'decimal(18, 2)',
        'attese_produzione': 'integer',
        'presenti_produzione': 'integer',
        'attese_presenze': 'integer',
        'presenti_presenze': 'integer',
        'attese_costi': 'integer',
        'presenti_costi': 'integer',
        'attese_risultati': 'integer',
        'presenti_risultati': 'integer',
    }) }}
{% endmacro %}

{# Measures that hold a level, not a flow, and the month of the period that gives it. #}
{% macro component_stocks() %}
    {{ return({
        'giacenza_iniziale': 'is_opening_month',
        'giacenza_iniziale_om': 'is_opening_month',
        'giacenza_finale': 'is_closing_month',
        'giacenza_finale_om': 'is_closing_month',
        'teste': 'is_closing_month',
        'teste_agili': 'is_closing_month',
    }) }}
{% endmacro %}

{# Sources whose deliveries are counted, for completeness. #}
{% macro delivery_sources() %}
    {{ return(['produzione', 'presenze', 'costi', 'risultati']) }}
{% endmacro %}

{# Select list of one block of the consolidated fact; `given` maps column → expression. #}
{% macro component_block(given) -%}
    {%- for key, missing in component_keys().items() %}
        {{ given.get(key, missing) }} as {{ key }},
    {%- endfor %}
    {{ sparse_columns(component_measures(), given) }}
{%- endmacro %}
