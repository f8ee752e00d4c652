{#
  Select list of one block of a sparse union: each of `columns` (name → type), with the expression that `given`
  has for it, else null.
#}
{% macro sparse_columns(columns, given) -%}
    {%- for name, type in columns.items() %}
        cast({{ given.get(name, 'null') }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# Columns that stand for themselves: name → name. #}
{% macro as_they_are(names) -%}
    {{ return(dict(zip(names, names))) }}
{%- endmacro %}

{# Columns added up: name → sum(name). #}
{% macro sums_of(names, prefix='') -%}
    {%- set sums = {} -%}
    {%- for name in names -%}
        {%- do sums.update({name: 'sum(' ~ prefix ~ name ~ ')'}) -%}
    {%- endfor -%}
    {{ return(sums) }}
{%- endmacro %}
