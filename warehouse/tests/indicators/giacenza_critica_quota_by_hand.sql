-- 30 critical points of 200: 15 %; 90 of 300 in the other structure's line: together 120 of 500 = 24 %, not the mean of 15 and 30.
{{ indicator_example(
    given=[
        {'period_code': '2025-P01', 'giacenza_finale_om': 200},
        {'period_code': '2025-P01', 'giacenza_critica_om': 30},
        {'period_code': '2025-P02', 'giacenza_finale_om': 200},
        {'period_code': '2025-P02', 'giacenza_critica_om': 30},
        {'period_code': '2025-P02', 'giacenza_finale_om': 300},
        {'period_code': '2025-P02', 'giacenza_critica_om': 90},
        {'period_code': '2025-P03', 'giacenza_finale_om': 0},
        {'period_code': '2025-P03', 'giacenza_critica_om': 0},
    ],
    expect=[
        {'period_code': '2025-P01', 'giacenza_critica_quota': 15},
        {'period_code': '2025-P02', 'giacenza_critica_quota': 24},
        {'period_code': '2025-P03', 'giacenza_critica_quota': none},
    ],
) }}
