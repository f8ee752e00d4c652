-- media_valori (indice_audit): 90 % of the plan carried out, 60 % of the outcomes positive, even weights: 75.
-- media_realizzazioni (incentivo_ordinario): productivity 108 on 120 → 90, outflow 1.1 on 1 → 110, uncapped: 100.
-- somma_realizzazioni (dismissione): 35 units of 50 → 70, 900 of 3000 → 30: 100. A zero target publishes nothing.
{{ evaluation_example(
    children=[
        {'composite_code': 'audit', 'child_code': 'attuazione', 'kind': 'media_valori', 'basis': none, 'weight': 50},
        {'composite_code': 'audit', 'child_code': 'esiti', 'kind': 'media_valori', 'basis': none, 'weight': 50},
        {'composite_code': 'ordinario', 'child_code': 'prod', 'kind': 'media_realizzazioni', 'weight': 50},
        {'composite_code': 'ordinario', 'child_code': 'deflusso', 'kind': 'media_realizzazioni', 'weight': 50},
        {'composite_code': 'dismissione', 'child_code': 'unita', 'kind': 'somma_realizzazioni'},
        {'composite_code': 'dismissione', 'child_code': 'importo', 'kind': 'somma_realizzazioni'},
    ],
    inputs=[
        {'indicator_code': 'attuazione', 'value': 90},
        {'indicator_code': 'esiti', 'value': 60},
        {'indicator_code': 'prod', 'value': 108, 'target': 120},
        {'indicator_code': 'deflusso', 'value': 1.1, 'target': 1},
        {'indicator_code': 'unita', 'value': 35, 'target': 50},
        {'indicator_code': 'importo', 'value': 900, 'target': 3000},
        {'indicator_code': 'unita', 'value': 35, 'target': 50, 'node_code': 'DR-B'},
        {'indicator_code': 'importo', 'value': 900, 'target': 0, 'node_code': 'DR-B'},
    ],
    expect=[
        {'composite_code': 'audit', 'value': 75, 'contributions': {'attuazione': 45, 'esiti': 30}},
        {'composite_code': 'ordinario', 'value': 100, 'contributions': {'prod': 45, 'deflusso': 55}},
        {'composite_code': 'dismissione', 'value': 100, 'contributions': {'unita': 70, 'importo': 30}},
        {'composite_code': 'dismissione', 'node_code': 'DR-B', 'value': none, 'missing': {'importo': 'obiettivo_zero'}},
    ],
) }}
