-- 120 pieces worked of 150 agreed = 80 %; with a second pair (30 of 50) 150 of 200 = 75 %; nothing agreed, no value.
{{ indicator_example(
    given=[
        {'period_code': '2025-P03', 'sussidiarieta_extra_resa': 120},
        {'period_code': '2025-P03', 'sussidiarieta_extra_concordata': 150},
        {'period_code': '2025-P06', 'sussidiarieta_extra_resa': 120},
        {'period_code': '2025-P06', 'sussidiarieta_extra_resa': 30},
        {'period_code': '2025-P06', 'sussidiarieta_extra_concordata': 150},
        {'period_code': '2025-P06', 'sussidiarieta_extra_concordata': 50},
        {'period_code': '2025-P09', 'sussidiarieta_extra_resa': 5},
    ],
    expect=[
        {'period_code': '2025-P03', 'sussidiarieta_realizzazione': 80},
        {'period_code': '2025-P06', 'sussidiarieta_realizzazione': 75},
        {'period_code': '2025-P09', 'sussidiarieta_realizzazione': none},
    ],
) }}
