-- PP21, Performance gestionale: each deviation within ±50, the target is worth 100.
-- tempo: target 200, actual 60, lower is better: 70 % better, capped at 50 (indicators.md, ground rule 7): 150.
-- quota: target 80, actual 60, higher is better: 25 % short: 75. Weights 60 and 40: 0.6 × 150 + 0.4 × 75 = 120.
-- peggio: actual 500 on 200, lower is better: 150 % worse, capped: 50. Alone in `uno`: 50.
-- senza: 2023's value, 50, is the target (previous year); 60 is 20 % more: 120.
-- zero: a target of zero gives no deviation, so `nullo` is not published.
-- fisso: 88 against 100: 88. atto: GPA0037, target −5 of the act: −6 is one fifth better (lower is better): 120.
{{ evaluation_example(
    children=[
        {'composite_code': 'due', 'child_code': 'tempo', 'child_polarity': -1, 'weight': 60},
        {'composite_code': 'due', 'child_code': 'quota', 'weight': 40},
        {'composite_code': 'uno', 'child_code': 'peggio', 'child_polarity': -1},
        {'composite_code': 'scoperto', 'child_code': 'peggio', 'child_polarity': -1, 'cap': none},
        {'composite_code': 'anno', 'child_code': 'senza', 'basis': 'anno_precedente'},
        {'composite_code': 'nullo', 'child_code': 'zero'},
        {'composite_code': 'nullo', 'child_code': 'quota'},
        {'composite_code': 'cento', 'child_code': 'fisso', 'basis': 'cento'},
        {'composite_code': 'visite', 'child_code': 'saldo', 'basis': 'atto', 'target_code': 'parametro:VMC-GPA0037', 'child_polarity': -1},
    ],
    inputs=[
        {'indicator_code': 'tempo', 'value': 60, 'target': 200},
        {'indicator_code': 'quota', 'value': 60, 'target': 80},
        {'indicator_code': 'peggio', 'value': 500, 'target': 200},
        {'indicator_code': 'senza', 'value': 60, 'target': 1},
        {'indicator_code': 'senza', 'value': 50, 'period_code': '2023-A'},
        {'indicator_code': 'zero', 'value': 3, 'target': 0},
        {'indicator_code': 'fisso', 'value': 88},
        {'indicator_code': 'saldo', 'value': -6},
    ],
    expect=[
        {'composite_code': 'due', 'value': 120, 'contributions': {'tempo': 90, 'quota': 30}},
        {'composite_code': 'uno', 'value': 50, 'contributions': {'peggio': 50}},
        {'composite_code': 'scoperto', 'value': -50},
        {'composite_code': 'anno', 'value': 120},
        {'composite_code': 'anno', 'period_code': '2023-A', 'value': none, 'missing': {'senza': 'senza_obiettivo'}},
        {'composite_code': 'nullo', 'value': none, 'missing': {'zero': 'obiettivo_zero'}},
        {'composite_code': 'cento', 'value': 88},
        {'composite_code': 'visite', 'value': 120},
    ],
) }}
