{#
  The parts of the generic test `rules`.
#}

{# What is true of a row that breaks a rule: the rule's text → condition. #}
{% macro broken_conditions(not_null, accepted_values, holds) %}
    {% set found = {} %}
    {% for column in not_null %}
        {% do found.update({column ~ ' is not null': column ~ ' is null'}) %}
    {% endfor %}
    {% for column, values in accepted_values.items() %}
        {% set literals = [] %}
        {% for value in values %}
            {% do literals.append(sql_literal(value) | trim) %}
        {% endfor %}
        {% set listed = literals | join(', ') %}
        {% do found.update({column ~ ' in (' ~ listed ~ ')': column ~ ' not in (' ~ listed ~ ')'}) %}
    {% endfor %}
    {% for rule in holds %}
        {% set broken = 'not coalesce(' ~ rule.expression ~ ', false)' %}
        {% if rule.where %}
            {% do found.update({rule.expression ~ ' where ' ~ rule.where: '(' ~ rule.where ~ ') and ' ~ broken}) %}
        {% else %}
            {% do found.update({rule.expression: broken}) %}
        {% endif %}
    {% endfor %}
    {{ return(found) }}
{% endmacro %}

{# A rule as a text of SQL. #}
{% macro rule_text(text) %}
    {{ return("'" ~ text | replace("'", "''") ~ "'") }}
{% endmacro %}

{# How many rows have a value that the other relation does not have. #}
{% macro rows_without_parent(model, column, target) -%}
    (
        select coalesce(sum(found.rows_n), 0)
        from (select {{ column }} as wanted, count(*) as rows_n from {{ model }} group by {{ column }}) as found
        where
            found.wanted is not null
            and not exists (select 1 from {{ target.to }} as known where known.{{ target.field }} = found.wanted)
    )
{%- endmacro %}

{# How many values of the columns together occur more than once. #}
{% macro repeated_keys(model, columns, where='true') -%}
    (
        select count(*)
        from (
            select {{ columns | join(', ') }} from {{ model }}
            where {{ where }}
            group by {{ columns | join(', ') }}
            having count(*) > 1
        ) as repeated
    )
{%- endmacro %}
