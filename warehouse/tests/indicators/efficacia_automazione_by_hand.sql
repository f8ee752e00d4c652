-- 30 of 120 completed with no operator is 25 per cent (the mean of the two shares would be 30).
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'definito_automatizzato': 20, 'definito': 100},
        {'period_code': '2024-P03', 'definito_automatizzato': 10, 'definito': 20},
        {'period_code': '2024-P04', 'definito_automatizzato': 0, 'definito': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'efficacia_automazione': 25},
        {'period_code': '2024-P04', 'efficacia_automazione': none},
    ],
) }}
