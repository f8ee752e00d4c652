-- Children of 50, 30 and 20, the first 10 % better (110), the second 20 % worse (80), the third without a value.
-- `severo` has no rule for a missing child: not published. `elastico` renormalises from 70 % of the weight on:
-- (50 × 110 + 30 × 80) / 80 = 98.75. `stretto` asks for 81 %: not published.
-- A child that no extract carries, and one that the catalogue does not know, are missing with their own reason.
{% set children = [] %}
{% for code, policy, share in [('severo', 'nullo', none), ('elastico', 'rinormalizza', 80), ('stretto', 'rinormalizza', 80.0001)] %}
    {% for child, weight in [('a', 50), ('b', 30), ('c', 20)] %}
        {% do children.append({'composite_code': code, 'child_code': child, 'weight': weight, 'missing_policy': policy, 'minimum_share_pct': share}) %}
    {% endfor %}
{% endfor %}
{% do children.append({'composite_code': 'progetti', 'child_code': 'a', 'missing_policy': 'rinormalizza', 'minimum_share_pct': 30}) %}
{% do children.append({'composite_code': 'progetti', 'child_code': 'p', 'is_measured': false, 'is_known': false, 'missing_policy': 'rinormalizza', 'minimum_share_pct': 30}) %}
{% do children.append({'composite_code': 'progetti', 'child_code': 'x', 'is_known': false, 'missing_policy': 'rinormalizza', 'minimum_share_pct': 30}) %}
{% do children.append({'composite_code': 'sopra', 'child_code': 'severo', 'layer_n': 2, 'is_composite_child': true, 'basis': 'cento'}) %}
{% do children.append({'composite_code': 'sopra_elastico', 'child_code': 'elastico', 'layer_n': 2, 'is_composite_child': true}) %}
{{ evaluation_example(
    children=children,
    inputs=[
        {'indicator_code': 'a', 'value': 110, 'target': 100},
        {'indicator_code': 'b', 'value': 80, 'target': 100},
        {'indicator_code': 'c', 'value': none, 'target': 100},
    ],
    expect=[
        {'composite_code': 'severo', 'value': none, 'missing': {'c': 'senza_valore'}},
        {'composite_code': 'elastico', 'value': 98.75, 'contributions': {'a': 68.75, 'b': 30}, 'missing': {'c': 'senza_valore'}},
        {'composite_code': 'stretto', 'value': none},
        {'composite_code': 'progetti', 'value': 110, 'missing': {'p': 'non_misurato', 'x': 'indicatore_sconosciuto'}},
        {'composite_code': 'sopra', 'value': none, 'missing': {'severo': 'composito_non_pubblicato'}},
        {'composite_code': 'sopra_elastico', 'value': 98.75, 'contributions': {'elastico': 98.75}},
    ],
) }}
