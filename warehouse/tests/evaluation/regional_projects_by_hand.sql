-- PP21, Progetti: the nationals A, B, C weigh the same; each regional project weighs 5, taken from the nationals,
-- 15 at most; several regional ones are averaged first.
-- Nationals 120, 110, 70: mean 100. DR-A has none: 100. DR-B has one of 140: 0.95 × 100 + 0.05 × 140 = 102.
-- DR-C has four (150, 150, 90, 90: mean 120), 15 in all: 0.85 × 100 + 0.15 × 120 = 103.
{% set children = [] %}
{% for child in ['a', 'b', 'c'] %}
    {% do children.append({'composite_code': 'progetti', 'child_code': child, 'weight': 1, 'additional_maximum_pct': 15}) %}
{% endfor %}
{% for n in range(1, 5) %}
    {% do children.append({'composite_code': 'progetti', 'child_code': 'r' ~ n, 'weight': 5, 'role': 'aggiuntivo', 'additional_maximum_pct': 15}) %}
{% endfor %}
{% set inputs = [{'indicator_code': 'r1', 'value': 140, 'target': 100, 'node_code': 'DR-B'}] %}
{% for node in ['DR-A', 'DR-B', 'DR-C'] %}
    {% for child, value in [('a', 120), ('b', 110), ('c', 70)] %}
        {% do inputs.append({'indicator_code': child, 'value': value, 'target': 100, 'node_code': node}) %}
    {% endfor %}
{% endfor %}
{% for n in range(1, 5) %}
    {% do inputs.append({'indicator_code': 'r' ~ n, 'value': 150 if n < 3 else 90, 'target': 100, 'node_code': 'DR-C'}) %}
{% endfor %}
{{ evaluation_example(
    children=children,
    inputs=inputs,
    expect=[
        {'composite_code': 'progetti', 'value': 100, 'contributions': {'a': 40}, 'missing': {'r1': 'senza_dati'}},
        {'composite_code': 'progetti', 'node_code': 'DR-B', 'value': 102, 'contributions': {'a': 38, 'r1': 7}},
        {'composite_code': 'progetti', 'node_code': 'DR-C', 'value': 103, 'contributions': {'b': 0.85 * 110 / 3, 'r4': 0.0375 * 90}},
    ],
) }}
