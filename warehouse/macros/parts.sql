{#
  Builds that change only what a load touches (docs/loads.md, "What a month touches").

  A model `materialized='parts'` is a table that consists of months or of periods. Its meta says
      touches       `month` (parts by `month_key`) or `period` (parts by `period_code`)
      touched_in    the model that lists the parts to compute again
      touched_for   whose rows of that list count (`subject_code`); every row when not given
  The listed parts are deleted and computed again; the others stay as they are. Everything is computed where the table is
  not there yet, where the build is not one of changes, and where something changed that is no month's (`int_build_scope`).

  A model's SQL says what the whole table is. The materialisation keeps the touched parts of it; where the engine cannot
  push that condition down by itself, `in_touched_parts()` states it further inside, to the same effect.
#}
{% materialization parts, adapter='duckdb' %}
    {%- set existing = load_cached_relation(this) -%}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% if existing is none or not existing.is_table or is_full_build() %}
        {{ drop_relation_if_exists(existing) }}
        {% call statement('main') -%}
            {{ create_table_as(False, target, compiled_code) }}
        {%- endcall %}
    {% else %}
        {%- set condition = in_touched_parts() -%}
        {% call statement('main') -%}
            delete from {{ target }} where {{ condition }};
            insert into {{ target }} by name select * from ({{ compiled_code }}) as parts where {{ condition }};
        {%- endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {% do adapter.commit() %}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{# Makes the model wait for the list of its parts. (A `ref` in its text would be an input to every unit test of it.) #}
{% macro parts_listed_in(name) %}
    {%- if not execute %}{% do ref(name) %}{% endif -%}
{% endmacro %}

{# Whether models run now, and may ask the database what it holds. #}
{% macro is_running() %}
    {{ return(execute and flags.WHICH in ['run', 'build']) }}
{% endmacro %}

{# Whether the build was started as one of changes: the database is that of a former build that ended well. #}
{% macro is_build_of_changes() %}
    {{ return(is_running() and env_var('CRUSCOTTO_BUILD_OF_CHANGES', '0') == '1') }}
{% endmacro %}

{# Whether everything is computed again. Its caller depends on `int_build_scope`. #}
{% macro is_full_build() %}
    {% if not is_build_of_changes() %}
        {{ return(true) }}
    {% endif %}
    {% set scope = this.incorporate(path={'schema': 'touched', 'identifier': 'int_build_scope'}).include(database=false) %}
    {{ return(run_query('select is_full from ' ~ scope).rows[0][0]) }}
{% endmacro %}

{#
  The condition that keeps the touched parts of the model that asks; `true` where everything is computed again.
  `subject` names another subject than the model's own.
#}
{% macro in_touched_parts(subject=none) %}
    {% if is_full_build() %}
        {{ return('true') }}
    {% endif %}
    {% set meta = model.config.meta %}
    {% set column = {'month': 'month_key', 'period': 'period_code'}[meta.touches] %}
    {% set counted = subject or meta.get('touched_for') %}
    {% set listed %}
        select distinct {{ column }} from {{ ref(meta.touched_in) }}
        {%- if counted %} where subject_code = '{{ counted }}'{% endif %} order by all
    {% endset %}
    {% set parts = run_query(listed).columns[0].values() %}
    {% if not parts %}
        {{ return('false') }}
    {% endif %}
    {% set quote = '' if meta.touches == 'month' else "'" %}
    {{ return(column ~ ' in (' ~ quote ~ parts | join(quote ~ ', ' ~ quote) ~ quote ~ ')') }}
{% endmacro %}

{# What this model's table held before this build: `columns` (name → type); no rows when it was not there. #}
{% macro former_rows(columns) -%}
    {%- set former = adapter.get_relation(this.database, this.schema, this.identifier) if is_build_of_changes() else none -%}
    {%- if former is not none %}
    select {{ columns.keys() | join(', ') }} from {{ former.include(database=false) }}
    {%- else %}
    select {% for name, type in columns.items() %}cast(null as {{ type }}) as {{ name }}{{ ', ' if not loop.last }}{% endfor %} where false
    {%- endif %}
{%- endmacro %}

{#- Digest of the rows that an alias stands for, whatever their order. Reason for dispatch: `hash` is DuckDB's. -#}
{% macro rows_digest(alias) -%}
    {{ return(adapter.dispatch('rows_digest', 'cruscotto')(alias)) }}
{%- endmacro %}

{% macro default__rows_digest(alias) -%}
    count(*) || ':' || coalesce(sum(cast(hash({{ alias }}) as hugeint)), 0)
{%- endmacro %}

{# Extracts that come month by month: source → (raw table → staging model). #}
{% macro monthly_extracts() %}
    {{ return({
        'produzione': {'pb_prod': 'stg_production'},
        'presenze': {'hr_pres': 'stg_presence'},
        'costi': {'sap_coan': 'stg_costs'},
        'risultati': {'sap_ieep': 'stg_results'},
        'controlli': {'ctrl_cpp': 'stg_controls_cpp', 'ctrl_ac': 'stg_controls_ac', 'ctrl_audit': 'stg_controls_audit'},
        'misure': {'mis': 'stg_measures'},
    }) }}
{% endmacro %}
