-- Contributions 1000.10, benefits 300 − 50.05 of legal interest (signed already); 2025 has another tree, and an
-- amount booked late on an item of the old one is not of these indicators.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'entrate', 'importo_ieep': 1000.1},
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'prestazioni', 'importo_ieep': 300},
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'prestazioni', 'importo_ieep': -50.05},
        {'period_code': '2025-P03', 'regime_code': '2025', 'section_code': 'accertamenti', 'importo_ieep': 77},
        {'period_code': '2025-P03', 'regime_code': '2025', 'section_code': 'entrate', 'importo_ieep': 8},
        {'period_code': '2025-P03', 'regime_code': '2025', 'section_code': 'prestazioni', 'importo_ieep': 9},
    ],
    expect=[
        {'period_code': '2024-P03', 'ieep': 1250.05, 'ieep_entrate': 1000.1, 'ieep_prestazioni': 249.95},
        {'period_code': '2025-P03', 'ieep': none, 'ieep_entrate': none, 'ieep_prestazioni': none},
    ],
) }}
