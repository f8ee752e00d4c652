{# One schema per layer, spelled as in dbt_project.yml: the API and Cube address tables by these names. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ custom_schema_name | trim if custom_schema_name else target.schema }}
{%- endmacro %}
