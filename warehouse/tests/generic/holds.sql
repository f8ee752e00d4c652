{# Rows for which `expression` is not true; `where` narrows the rows it is asked of. #}
{% test holds(model, expression, where='true') %}
select *
from {{ model }}
where ({{ where }}) and not coalesce({{ expression }}, false)
{% endtest %}
