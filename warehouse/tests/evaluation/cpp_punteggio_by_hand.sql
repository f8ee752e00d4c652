-- The act's ranges, printed with whole bounds and read half-open: a value belongs to the first range whose upper
-- bound it does not exceed. CPP1: to 70 → 1, to 90 → 3, to 99.5 → 5, to 100 → 7. CPP2: to 2 → 6, to 5 → 4, to 9 → 2, over → 0.
-- CPP3: to 70 → 0, 3, 5, 7. CPP4: to 50 → 1, to 80 → 2, to 99.5 → 3, to 100 → 4. At most 7 + 6 + 7 + 4 = 24, at least 1 + 0 + 0 + 1 = 2.
{% set nodes = {
    'DR-MASSIMO': [100, 0, 100, 100, 24],
    'DR-MINIMO': [0, 10, 0, 0, 2],
    'DR-ESTREMI': [70, 9, 90, 99.5, 1 + 2 + 3 + 3],
    'DR-OLTRE': [70.0001, 9.5, 90.5, 99.5001, 3 + 0 + 5 + 4],
    'DR-INTERI': [71, 2.5, 99.6, 50.5, 3 + 4 + 7 + 2],
    'DR-FUORI': [100.5, 0, 100, 100, none],
    'DR-PARZIALE': [99.5, 5, none, 80, none],
} %}
{% set children = [] %}
{% set inputs = [] %}
{% set expect = [
    {'composite_code': 'cpp', 'node_code': 'DR-ESTREMI', 'value': 9, 'contributions': {'c1': 1, 'c2': 2, 'c3': 3, 'c4': 3}},
    {'composite_code': 'cpp', 'node_code': 'DR-FUORI', 'value': none, 'missing': {'c1': 'fuori_fascia'}},
    {'composite_code': 'cpp', 'node_code': 'DR-PARZIALE', 'value': none, 'missing': {'c3': 'senza_valore'}},
] %}
{% for n in range(1, 5) %}
    {% do children.append({'composite_code': 'cpp', 'child_code': 'c' ~ n, 'kind': 'fasce', 'range_code': 'CPP' ~ n, 'basis': none, 'composite_target': 20}) %}
{% endfor %}
{% for node, numbers in nodes.items() %}
    {% do expect.append({'composite_code': 'cpp', 'node_code': node, 'value': numbers[4]}) %}
    {% for n in range(1, 5) %}
        {% do inputs.append({'indicator_code': 'c' ~ n, 'node_code': node, 'value': numbers[n - 1]}) %}
    {% endfor %}
{% endfor %}
{{ evaluation_example(children=children, inputs=inputs, expect=expect) }}
