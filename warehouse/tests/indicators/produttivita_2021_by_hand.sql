-- (240 + 8) points of the productivity areas over 2 FTE-months of them; inspectors, counters and other areas
-- are out of the denominator, other areas out of the numerator; nothing outside the 2021 regime.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'definito_om': 240, 'definito_sussidiarieta_resa_om': 8},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': false, 'is_inspector': false, 'is_counter': false, 'definito_om': 999, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'fte': 2},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': true, 'is_counter': false, 'fte': 16},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': true, 'fte': 32},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': false, 'is_inspector': false, 'is_counter': false, 'fte': 64},
        {'period_code': '2024-P04', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'definito_om': 240, 'definito_sussidiarieta_resa_om': 8},
        {'period_code': '2024-P04', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'fte': 0},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'definito_om': 240, 'definito_sussidiarieta_resa_om': 8, 'fte': 2},
    ],
    expect=[
        {'period_code': '2024-P03', 'produttivita_2021': 124, 'produttivita': 124},
        {'period_code': '2024-P04', 'produttivita_2021': none, 'produttivita': none},
        {'period_code': '2025-P03', 'produttivita_2021': none, 'produttivita': none},
    ],
) }}
