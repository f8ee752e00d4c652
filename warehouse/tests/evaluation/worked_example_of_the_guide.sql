-- The example of docs/evaluation.md: four perspectives against 100, the first capped; then without the fourth, and
-- without the third. 15 + 29.7 + 38.4 + 20.6 = 103.7; over 80 points 103.875; 60 points are fewer than 70.
{% set children = [] %}
{% for child, weight in [('sviluppo', 10), ('finanza', 30), ('processi', 40), ('utenza', 20)] %}
    {% do children.append({'composite_code': 'gestionale', 'child_code': child, 'weight': weight, 'basis': 'cento', 'missing_policy': 'rinormalizza', 'minimum_share_pct': 70}) %}
{% endfor %}
{% set inputs = [] %}
{% for node, missing in [('DR-A', ''), ('DR-B', 'utenza'), ('DR-C', 'processi')] %}
    {% for child, value in [('sviluppo', 164), ('finanza', 99), ('processi', 96), ('utenza', 103)] if child != missing %}
        {% do inputs.append({'indicator_code': child, 'node_code': node, 'value': value}) %}
    {% endfor %}
{% endfor %}
{{ evaluation_example(
    children=children,
    inputs=inputs,
    expect=[
        {'composite_code': 'gestionale', 'value': 103.7, 'contributions': {'sviluppo': 15, 'finanza': 29.7, 'processi': 38.4, 'utenza': 20.6}},
        {'composite_code': 'gestionale', 'node_code': 'DR-B', 'value': 103.875, 'missing': {'utenza': 'senza_dati'}},
        {'composite_code': 'gestionale', 'node_code': 'DR-C', 'value': none, 'missing': {'processi': 'senza_dati'}},
    ],
) }}
