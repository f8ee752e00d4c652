{# Date arithmetic in one place: engines spell it differently (dispatch when a second adapter arrives). #}

{# First day of a month given as yyyymm. #}
{% macro first_day(month_key) -%}
    make_date(cast({{ month_key }} // 100 as integer), cast({{ month_key }} % 100 as integer), 1)
{%- endmacro %}

{# Last day of the month that holds a date. #}
{% macro last_day_of(date_expression) -%}
    cast(last_day({{ date_expression }}) as date)
{%- endmacro %}

{% macro day_before(date_expression) -%}
    cast({{ date_expression }} - interval 1 day as date)
{%- endmacro %}

{# Stands for "still open" in comparisons only; models store null. #}
{% macro open_end() -%}
    cast('9999-12-31' as date)
{%- endmacro %}

{# Key of one version of an effective-dated member: readable, stable when other versions come. #}
{% macro version_key(code, valid_from) -%}
    {{ code }} || '@' || strftime({{ valid_from }}, '%Y%m%d')
{%- endmacro %}

{# Is `day` inside a validity whose end may be open? #}
{% macro in_force(day, valid_from, valid_to) -%}
    ({{ day }} >= {{ valid_from }} and {{ day }} <= coalesce({{ valid_to }}, {{ open_end() }}))
{%- endmacro %}
