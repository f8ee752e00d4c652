-- 12 of 40 people at the closing month; nobody on the staff, no value.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'teste': 30, 'teste_agili': 12},
        {'period_code': '2024-P03', 'teste': 10, 'teste_agili': 0},
        {'period_code': '2024-P04', 'teste': 0, 'teste_agili': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'quota_lavoratori_agili': 30},
        {'period_code': '2024-P04', 'quota_lavoratori_agili': none},
    ],
) }}
