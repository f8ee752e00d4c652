-- Own 100.5 + rendered 20 in a production area; inspection (not a production area) is left out.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'is_production_area': true, 'definito_om': 100.5, 'definito_sussidiarieta_resa_om': 20},
        {'period_code': '2024-P03', 'is_production_area': true, 'definito_om': 9.5, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2024-P03', 'is_production_area': false, 'definito_om': 1000, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2024-P04', 'is_production_area': false, 'definito_om': 1000, 'definito_sussidiarieta_resa_om': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'produzione_omogeneizzata': 130},
        {'period_code': '2024-P04', 'produzione_omogeneizzata': none},
    ],
) }}
