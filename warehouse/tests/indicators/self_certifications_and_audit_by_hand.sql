-- Self-certifications: 30 + 60 checked of 40 + 60 programmed are 90 per cent (the mean of the two ratios: 87,5).
-- Audit: 3 of 4 campaigns and 5 of 6 visits are 8 of 10; 4 of the 5 visits done ended well. Nothing programmed or
-- done: no value.
{{ indicator_example(
    given=[
        {'period_code': '2025-T1', 'regime_code': '2025', 'ac_programmate': 40, 'ac_controllate': 30},
        {'period_code': '2025-T1', 'regime_code': '2025', 'ac_programmate': 60, 'ac_controllate': 60},
        {
            'period_code': '2025-T1', 'regime_code': '2025', 'audit_campagne_previste': 4,
            'audit_campagne_concluse': 3, 'audit_accessi_previsti': 6, 'audit_accessi_svolti': 5,
            'audit_esiti_positivi': 4,
        },
        {
            'period_code': '2025-M02', 'regime_code': '2025', 'ac_programmate': 0, 'ac_controllate': 0,
            'audit_campagne_previste': 0, 'audit_campagne_concluse': 0, 'audit_accessi_previsti': 0,
            'audit_accessi_svolti': 0, 'audit_esiti_positivi': 0,
        },
    ],
    expect=[
        {'period_code': '2025-T1', 'ac_indice_controlli': 90, 'audit_attuazione': 80, 'audit_esiti': 80},
        {'period_code': '2025-M02', 'ac_indice_controlli': none, 'audit_attuazione': none, 'audit_esiti': none},
    ],
) }}
