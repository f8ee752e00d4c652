-- A table `obiettivi_…` added to the seeds is read by `published_tables()` or by `scenario_tables()`.
-- depends_on: {{ ref('int_published_rows') }}
{% if execute %}
    {% set read = scenario_tables() + (published_tables() | map(attribute='seed') | list) %}
    {% set missing = [] %}
    {% for node in graph.nodes.values() if node.resource_type == 'seed' and node.name.startswith('obiettivi_') and node.name not in read %}
        {% do missing.append(node.name) %}
    {% endfor %}
    {% for name in missing %}
select '{{ name }}' as table_code
union all
    {% endfor %}
{% endif %}
select null as table_code
where false
