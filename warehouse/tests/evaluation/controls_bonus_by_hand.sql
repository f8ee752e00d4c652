-- C102 §3.8 and §5.4.4: the deviation from budget of the quality index, plus the bonus when the targets of both kinds of
-- control are reached (here 1 point each). DR-A: index 97, both reached: −3 + 2 = −1. DR-B: 104, cpp 19 of 20: 4.
-- An office takes its directorate's controls: DP-A has 105 of its own and the bonus of DR-A: 7. DR-C has no controls.
{{ evaluation_example(
    children=[
        {'composite_code': 'speciale', 'child_code': 'qualita', 'kind': 'scostamento_con_bonus', 'basis': 'cento', 'weight': 100, 'cap': none, 'composite_target': 0},
        {'composite_code': 'speciale', 'child_code': 'cpp', 'kind': 'scostamento_con_bonus', 'role': 'bonus', 'inheritance': 'direzione', 'cap': none, 'composite_target': 0},
        {'composite_code': 'speciale', 'child_code': 'ac', 'kind': 'scostamento_con_bonus', 'role': 'bonus', 'inheritance': 'direzione', 'basis': 'cento', 'cap': none, 'composite_target': 0},
    ],
    inputs=[
        {'indicator_code': 'qualita', 'value': 97},
        {'indicator_code': 'cpp', 'value': 20, 'target': 20},
        {'indicator_code': 'ac', 'value': 100},
        {'indicator_code': 'qualita', 'value': 104, 'node_code': 'DR-B'},
        {'indicator_code': 'cpp', 'value': 19, 'target': 20, 'node_code': 'DR-B'},
        {'indicator_code': 'ac', 'value': 120, 'node_code': 'DR-B'},
        {'indicator_code': 'qualita', 'value': 105, 'node_code': 'DP-A', 'node_level': 'sede'},
        {'indicator_code': 'qualita', 'value': 105, 'node_code': 'DR-C'},
    ],
    nodes=[
        {'node_code': 'DR-A', 'directorate_code': 'DR-A'},
        {'node_code': 'DR-B', 'directorate_code': 'DR-B'},
        {'node_code': 'DR-C', 'directorate_code': 'DR-C'},
        {'node_code': 'DP-A', 'node_level': 'sede', 'directorate_code': 'DR-A'},
    ],
    expect=[
        {'composite_code': 'speciale', 'value': -1, 'contributions': {'qualita': -3, 'cpp': 1, 'ac': 1}},
        {'composite_code': 'speciale', 'node_code': 'DR-B', 'value': 4, 'contributions': {'qualita': 4, 'cpp': 0, 'ac': 0}},
        {'composite_code': 'speciale', 'node_code': 'DP-A', 'value': 7, 'contributions': {'ac': 1}},
        {'composite_code': 'speciale', 'node_code': 'DR-C', 'value': none, 'missing': {'cpp': 'senza_dati'}},
    ],
) }}
