-- Contributions 90 of 100, benefits 55 of 50: 70 × 0.9 + 30 × 1.1 = 96; without a benefits target there is no
-- value; nor is there one outside the 2021 regime.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'entrate', 'importo_ieep_pesato': 6300},
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'entrate', 'obiettivo_ieep': 100},
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'prestazioni', 'importo_ieep_pesato': 1650},
        {'period_code': '2024-P03', 'regime_code': '2021', 'section_code': 'prestazioni', 'obiettivo_ieep': 50},
        {'period_code': '2024-P04', 'regime_code': '2021', 'section_code': 'entrate', 'importo_ieep_pesato': 6300, 'obiettivo_ieep': 100},
        {'period_code': '2024-P04', 'regime_code': '2021', 'section_code': 'prestazioni', 'importo_ieep_pesato': 1650, 'obiettivo_ieep': 0},
        {'period_code': '2025-P03', 'regime_code': '2025', 'section_code': 'entrate', 'importo_ieep_pesato': 6300, 'obiettivo_ieep': 100},
        {'period_code': '2025-P03', 'regime_code': '2025', 'section_code': 'prestazioni', 'importo_ieep_pesato': 1650, 'obiettivo_ieep': 50},
    ],
    expect=[
        {'period_code': '2024-P03', 'ieep_realizzazione': 96},
        {'period_code': '2024-P04', 'ieep_realizzazione': none},
        {'period_code': '2025-P03', 'ieep_realizzazione': none},
    ],
) }}
