{#
  Joins that give a fact row the version of a member in force in its month.
  `months` is the alias of dim_month; the row's own alias is `rows`.
#}
{% macro join_structure(code='rows.structure_code', alias='structures', join='left') -%}
    {{ join }} join {{ ref('dim_structure') }} as {{ alias }}
        on
            {{ code }} = {{ alias }}.structure_code
            and {{ in_force('months.reference_date', alias ~ '.valid_from', alias ~ '.valid_to') }}
{%- endmacro %}

{% macro join_area(code='rows.line_code', alias='areas') -%}
    left join {{ ref('dim_area') }} as {{ alias }}
        on
            {{ code }} = {{ alias }}.line_code
            and {{ in_force('months.reference_date', alias ~ '.valid_from', alias ~ '.valid_to') }}
{%- endmacro %}

{% macro join_month(month_key='rows.month_key') -%}
    inner join {{ ref('dim_month') }} as months
        on {{ month_key }} = months.month_key
{%- endmacro %}
