-- 90 done of 120 planned is 75 per cent; inspection counts on neither side; no plan, no value.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'is_production_area': true, 'definito_om': 80, 'definito_sussidiarieta_resa_om': 10},
        {'period_code': '2024-P03', 'is_production_area': true, 'piano_definito_om': 120},
        {'period_code': '2024-P03', 'is_production_area': false, 'definito_om': 500, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2024-P03', 'is_production_area': false, 'piano_definito_om': 700},
        {'period_code': '2024-P04', 'is_production_area': true, 'definito_om': 80, 'definito_sussidiarieta_resa_om': 10},
        {'period_code': '2024-P04', 'is_production_area': true, 'piano_definito_om': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'realizzazione_piano_produzione': 75},
        {'period_code': '2024-P04', 'realizzazione_piano_produzione': none},
    ],
) }}
