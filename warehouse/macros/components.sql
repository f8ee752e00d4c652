{#
  The consolidated fact's keys: name → the "not recorded" member, which a row has where its fact does not know the key.
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
        'control_level': "'NR'",
        'measure_code': "'NR'",
        'counterpart_directorate_code': "'NR'",
        'cost_class_code': "'NR'",
        'forecast_code': "'NR'",
        'is_administrative_profile': 'false',
        'is_inspector': 'false',
        'is_counter': 'false',
        'is_switchboard': 'false',
        'is_direct_cost': 'false',
        'is_production_cost': 'false',
        'is_transit_account': 'false',
        'is_running_cost': 'false',
        'is_discretionary_cost': 'false',
        'is_assessed_cost': 'false',
    }) }}
{% endmacro %}

{# Components by the domain that knows them: domain → (name → type). `int_components_<domain>` holds a domain's rows. #}
{% macro component_domains() %}
    {{ return({
        'production': {
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
            'pervenuto_om_costanti': 'decimal(18, 4)',
            'definito_om_costanti': 'decimal(18, 4)',
            'definito_sussidiarieta_resa_om_costanti': 'decimal(18, 4)',
            'giacenza_finale_om_costanti': 'decimal(18, 4)',
            'giacenza_critica_om': 'decimal(18, 4)',
        },
        'subsidiarity': {
            'sussidiarieta_extra_resa': 'bigint',
            'sussidiarieta_extra_concordata': 'bigint',
        },
        'staff': {
            'fte': 'decimal(18, 6)',
            'teste': 'integer',
            'teste_agili': 'integer',
            'mesi_addetto_agile': 'integer',
            'minuti_presenza': 'bigint',
            'minuti_lavorabili': 'bigint',
            'minuti_straordinario': 'bigint',
            'minuti_malattia': 'bigint',
            'giorni_lavorabili': 'integer',
            'giorni_presenza': 'integer',
            'giorni_agili': 'integer',
        },
        'costs': {
            'costo': 'decimal(18, 2)',
            'costo_da_gennaio': 'decimal(18, 2)',
            'costo_anno_precedente': 'decimal(18, 2)',
            'costo_programmato': 'decimal(18, 2)',
            'previsione': 'decimal(18, 2)',
            'capitoli_valutati': 'integer',
            'capitoli_entro_tolleranza': 'integer',
        },
        'results': {
            'importo_ieep': 'decimal(18, 2)',
            'importo_ieep_pesato': 'decimal(18, 2)',
            'obiettivo_ieep': 'decimal(18, 2)',
        },
        'controls': {
            'cpp_a_controllo': 'integer',
            'cpp_controllate': 'integer',
            'cpp_regolarizzate_si': 'integer',
            'cpp_regolarizzate_no': 'integer',
            'cpp_notificate': 'integer',
            'cpp_regolarizzate_30gg': 'integer',
            'ac_programmate': 'integer',
            'ac_controllate': 'integer',
            'ac_irregolari': 'integer',
            'audit_campagne_previste': 'integer',
            'audit_campagne_concluse': 'integer',
            'audit_accessi_previsti': 'integer',
            'audit_accessi_svolti': 'integer',
            'audit_esiti_positivi': 'integer',
        },
        'measures': {
            'misura_numeratore': 'decimal(18, 4)',
            'misura_denominatore': 'decimal(18, 4)',
            'misura_numeratore_finale': 'decimal(18, 4)',
            'misura_denominatore_finale': 'decimal(18, 4)',
        },
        'deliveries': {
            'attese_produzione': 'integer',
            'presenti_produzione': 'integer',
            'attese_presenze': 'integer',
            'presenti_presenze': 'integer',
            'attese_costi': 'integer',
            'presenti_costi': 'integer',
            'attese_risultati': 'integer',
            'presenti_risultati': 'integer',
            'attese_controlli': 'integer',
            'presenti_controlli': 'integer',
            'attese_misure': 'integer',
            'presenti_misure': 'integer',
        },
    }) }}
{% endmacro %}

{# Every component: name → type. #}
{% macro component_measures() %}
    {% set all = {} %}
    {% for columns in component_domains().values() %}
        {% do all.update(columns) %}
    {% endfor %}
    {{ return(all) }}
{% endmacro %}

{# Measures that hold a level, not a flow, and the month of the period that gives it. #}
{% macro component_stocks() %}
    {{ return({
        'giacenza_iniziale': 'is_opening_month',
        'giacenza_iniziale_om': 'is_opening_month',
        'giacenza_finale': 'is_closing_month',
        'giacenza_finale_om': 'is_closing_month',
        'giacenza_finale_om_costanti': 'is_closing_month',
        'giacenza_critica_om': 'is_closing_month',
        'teste': 'is_closing_month',
        'teste_agili': 'is_closing_month',
        'misura_numeratore_finale': 'is_closing_month',
        'misura_denominatore_finale': 'is_closing_month',
    }) }}
{% endmacro %}

{#
  Measures that stand in some periods only, and the condition (over `components`, `period_months`, `periods`): amounts
  that are read from January on, the forecast in force for the period.
#}
{% macro component_conditions() %}
    {{ return({
        'costo_da_gennaio': 'periods.first_month = 1',
        'previsione': 'components.forecast_code = periods.forecast_code',
        'capitoli_valutati': 'period_months.is_closing_month and periods.first_month = 1',
        'capitoli_entro_tolleranza': 'period_months.is_closing_month and periods.first_month = 1',
    }) }}
{% endmacro %}

{# Sources whose deliveries are counted, for completeness: those that the domain `deliveries` has columns for. #}
{% macro delivery_sources() %}
    {% set sources = [] %}
    {% for name in component_domains()['deliveries'] if name.startswith('attese_') %}
        {% do sources.append(name | replace('attese_', '')) %}
    {% endfor %}
    {{ return(sources) }}
{% endmacro %}

{# Select list of one block of a domain's rows; `given` maps column → expression, what it does not name is missing. #}
{% macro component_block(domain, given) -%}
    {%- for key, missing in component_keys().items() %}
        {{ given.get(key, missing) }} as {{ key }},
    {%- endfor %}
    {{ sparse_columns(component_domains()[domain], given) }}
{%- endmacro %}
