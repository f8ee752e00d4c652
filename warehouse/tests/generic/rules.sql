{#
  What every row of a model keeps to, asked in one statement: a test for each rule would cost dbt more than it costs
  the database. A failing row names the rule that is broken and counts the rows (for a key: the keys) that break it.

  key                 columns that together never repeat
  not_null            columns
  unique              columns, each by itself; null may repeat
  accepted_values     column → values; null passes
  relationships       column → {to: relation, field: its column}; null passes
  holds               [{expression, where}]: the expression is true of every row that `where` is true of
#}
{% test rules(model, key=[], not_null=[], unique=[], accepted_values={}, relationships={}, holds=[]) %}
{{ config(fail_calc='coalesce(sum(rows_n), 0)') }}
{% set conditions = broken_conditions(not_null, accepted_values, holds) %}
with

{% if conditions %}
counted as (

    select
        {% for condition in conditions.values() %}
        count(case when {{ condition }} then 1 end) as rule_{{ loop.index }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ model }}

),

{% endif %}
broken as (

    {% for rule in conditions %}
    select {{ rule_text(rule) }} as rule, rule_{{ loop.index }} as rows_n from counted
    union all
    {% endfor %}
    {% for column, target in relationships.items() %}
    select {{ rule_text(column ~ ' is in ' ~ target.to.identifier) }} as rule, {{ rows_without_parent(model, column, target) }} as rows_n
    union all
    {% endfor %}
    {% for column in unique %}
    select {{ rule_text(column ~ ' repeats nowhere') }} as rule, {{ repeated_keys(model, [column], column ~ ' is not null') }} as rows_n
    union all
    {% endfor %}
    {% if key %}
    select {{ rule_text(key | join(', ') ~ ' repeat nowhere') }} as rule, {{ repeated_keys(model, key) }} as rows_n
    union all
    {% endif %}
    select 'none' as rule, 0 as rows_n

)

select rule, rows_n from broken where rows_n > 0
{% endtest %}
