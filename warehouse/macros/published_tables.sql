{#
  The tables of the acts that set targets: which column of which seed holds the number, and what a row is about.
  `item` names what the row measures (the key of `target_map`), `row_key` the row itself (the key of `overrides`).
  `base` is the annual objective or starting point that the number refers to; `quarter` is null for whole years.
#}
{% macro published_tables() %}
    {% set plain = {'item': "'valore'", 'structure': 'codice_struttura', 'row_key': 'codice_struttura', 'value': 'valore'} %}
    {% set by_item = {
        'obiettivi_costi_standard_2021': 'codice_indicatore',
        'obiettivi_indice_giacenza_2021': 'codice_area',
        'obiettivi_indicatori_economici_2021': 'codice_indicatore',
        'obiettivi_progetti_miglioramento_2021': 'progetto',
        'obiettivi_strutture_centrali_2021': 'obiettivo',
    } %}
    {% set tables = [] %}
    {% for seed in [
        'obiettivi_antincendio_2021', 'obiettivi_gempi_2021', 'obiettivi_incassi_spese_legali_2021',
        'obiettivi_indice_sintetico_costi_standard_2021', 'obiettivi_pndd_2021',
        'obiettivi_progettazione_interventi_2021', 'obiettivi_redditivita_2021', 'obiettivi_ricorsi_dica_2021',
    ] %}
        {% do tables.append(dict(plain, seed=seed)) %}
    {% endfor %}
    {% for seed, item in by_item.items() %}
        {% do tables.append(dict(plain, seed=seed, item=item, row_key="codice_struttura || '|' || " ~ item)) %}
    {% endfor %}
    {% do tables.append(dict(
        plain, seed='obiettivi_personale_2021', item='codice_indicatore', cluster='cluster',
        row_key="codice_indicatore || '|' || coalesce(codice_struttura, cluster)",
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_sisco_2021', item='codice_obiettivo', value='valore_obiettivo_31_12_2021',
        base='giacenza_01_01_2021', unit="'atti in giacenza'", row_key="codice_struttura || '|' || codice_obiettivo",
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_dismissione_patrimonio_2021', item="'unita'", value='numero_unita', unit="'unità'",
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_dismissione_patrimonio_2021', item="'valore'", value='valore_catastale_euro', unit="'euro'",
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_impatto_2021', item='codice_indicatore', structure="'NAZIONALE'", value='obiettivo_valore',
        base='baseline', row_key='codice_indicatore',
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_sussidiarieta_2021', item="'pezzi'", structure='codice_sussidiante', value='pezzi',
        row_key="codice_sussidiante || '|' || codice_sussidiata", unit="'pezzi'",
    )) %}
    {% do tables.append(dict(
        plain, seed='obiettivi_trimestrali_2021', item='codice_indicatore', structure="'NAZIONALE'", value='programmato',
        base='obiettivo_2021', quarter='trimestre', row_key="codice_indicatore || '|' || trimestre",
        unit='unita_programmato',
    )) %}
    {% do tables.append(dict(
        plain, seed='parametri_performance', item='codice', structure="'NAZIONALE'", row_key="codice || '|' || anno",
    )) %}
    {% for year in [2021, 2022, 2023] %}
        {% do tables.append(dict(
            plain, seed='oge_triennali', item='codice_indicatore', structure="'NAZIONALE'", value='obiettivo_' ~ year,
            year=year, base='baseline', row_key='codice_indicatore',
        )) %}
    {% endfor %}
    {{ return(tables) }}
{% endmacro %}

{# Target tables that reach the marts as amounts of the scenario `obiettivo`, and not through `published_tables`. #}
{% macro scenario_tables() %}
    {{ return(['obiettivi_ieep_2021', 'obiettivi_produzione_2021']) }}
{% endmacro %}
