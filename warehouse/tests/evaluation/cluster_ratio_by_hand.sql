-- Cluster A: 300 euro over 10 m² and 100 over 10: the mean is 400 / 20 = 20, not the mean of 30 and 10 of other sizes.
-- DR-B: 1000 over 100 is in cluster B with DR-D, 500 over 25: mean 1500 / 125 = 12. DR-A 100 × 30 / 20 = 150, DR-C 50.
-- The inverse: 100 × 20 / 30 and 100 × 12 / 10 = 120. DR-E has no cluster.
{{ evaluation_example(
    children=[
        {'composite_code': 'indice', 'child_code': 'costo', 'kind': 'rapporto_cluster', 'basis': none},
        {'composite_code': 'inverso', 'child_code': 'costo', 'kind': 'rapporto_cluster_inverso', 'basis': none},
    ],
    inputs=[
        {'indicator_code': 'costo', 'node_code': 'DR-A', 'numerator': 300, 'denominator': 10, 'value': 30},
        {'indicator_code': 'costo', 'node_code': 'DR-C', 'numerator': 100, 'denominator': 10, 'value': 10},
        {'indicator_code': 'costo', 'node_code': 'DR-B', 'numerator': 1000, 'denominator': 100, 'value': 10},
        {'indicator_code': 'costo', 'node_code': 'DR-D', 'numerator': 500, 'denominator': 25, 'value': 20},
        {'indicator_code': 'costo', 'node_code': 'DR-E', 'numerator': 500, 'denominator': 25, 'value': 20},
        {'indicator_code': 'costo', 'node_code': 'DP-A', 'node_level': 'sede', 'numerator': 300, 'denominator': 10, 'value': 30},
    ],
    nodes=[
        {'node_code': 'DR-A', 'economic_cluster': 'A'},
        {'node_code': 'DR-C', 'economic_cluster': 'A'},
        {'node_code': 'DR-B', 'economic_cluster': 'B'},
        {'node_code': 'DR-D', 'economic_cluster': 'B'},
        {'node_code': 'DR-E'},
        {'node_code': 'DP-A', 'node_level': 'sede', 'economic_cluster': 'A'},
    ],
    expect=[
        {'composite_code': 'indice', 'value': 150},
        {'composite_code': 'indice', 'node_code': 'DR-C', 'value': 50},
        {'composite_code': 'inverso', 'node_code': 'DR-B', 'value': 120},
        {'composite_code': 'inverso', 'node_code': 'DR-E', 'value': none, 'missing': {'costo': 'senza_cluster'}},
    ],
) }}
