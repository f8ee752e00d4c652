-- A quarter (90 days): 40 + 20 points in stock at the closing month over 30 + 60 received is 60 days; the mean
-- of the two offices' ratios would be 75. Received zero, or not received at all, gives no value.
{{ indicator_example(
    given=[
        {'period_code': '2024-T1', 'period_days': 90, 'giacenza_finale_om': 40, 'pervenuto_om': 30},
        {'period_code': '2024-T1', 'period_days': 90, 'giacenza_finale_om': 20, 'pervenuto_om': 60},
        {'period_code': '2024-M01', 'period_days': 30, 'giacenza_finale_om': 40, 'pervenuto_om': 0},
        {'period_code': '2024-M02', 'period_days': 30, 'giacenza_finale_om': 40},
        {'period_code': '2024-A', 'period_days': 360, 'giacenza_finale_om': 7, 'pervenuto_om': 36},
    ],
    expect=[
        {'period_code': '2024-T1', 'indice_giacenza': 60},
        {'period_code': '2024-M01', 'indice_giacenza': none},
        {'period_code': '2024-M02', 'indice_giacenza': none},
        {'period_code': '2024-A', 'indice_giacenza': 70},
    ],
) }}
