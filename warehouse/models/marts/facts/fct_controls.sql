{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'controlli'}) }}
{{ parts_listed_in('int_touched_months') }}

{% set cpp = [
    'cpp_a_controllo', 'cpp_controllate', 'cpp_regolarizzate_si', 'cpp_regolarizzate_no', 'cpp_notificate',
    'cpp_regolarizzate_30gg',
] %}
{% set ac = ['ac_programmate', 'ac_controllate', 'ac_irregolari'] %}
{% set audit = [
    'audit_campagne_previste', 'audit_campagne_concluse', 'audit_accessi_previsti', 'audit_accessi_svolti',
    'audit_esiti_positivi',
] %}
{% set counts = {} %}
{% for name in cpp + ac + audit %}
    {% do counts.update({name: 'integer'}) %}
{% endfor %}

with

cpp as (

    select
        month_key,
        structure_code,
        'CPP' as control_kind,
        control_level,
        product_code,
        {{ sparse_columns(counts, as_they_are(cpp)) }}
    from {{ ref('stg_controls_cpp') }}

),

ac as (

    select
        month_key,
        structure_code,
        'AC' as control_kind,
        'NR' as control_level,
        'NR' as product_code,
        {{ sparse_columns(counts, as_they_are(ac)) }}
    from {{ ref('stg_controls_ac') }}

),

audit as (

    select
        month_key,
        structure_code,
        'AUDIT' as control_kind,
        'NR' as control_level,
        'NR' as product_code,
        {{ sparse_columns(counts, as_they_are(audit)) }}
    from {{ ref('stg_controls_audit') }}

),

controls as (

    select * from cpp
    union all
    select * from ac
    union all
    select * from audit

),

final as (

    select
        rows.month_key,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        rows.control_kind,
        rows.control_level,
        rows.product_code,
        {%- for name in counts %}
        rows.{{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    from controls as rows
    {{ join_month() }}
    {{ join_structure() }}

)

select * from final
