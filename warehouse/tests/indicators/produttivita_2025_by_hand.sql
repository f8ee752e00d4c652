-- (200 + 10) points of the four areas over 2.1 FTE-months of administrative profiles, in any area; other
-- profiles and the switchboard are out; nothing before the 2025 regime.
{{ indicator_example(
    given=[
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': true, 'definito_om': 200, 'definito_sussidiarieta_resa_om': 10},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': false, 'definito_om': 999, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': false, 'is_administrative_profile': true, 'is_switchboard': false, 'fte': 2.1},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': true, 'is_administrative_profile': false, 'is_switchboard': false, 'fte': 8},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_productivity_area': false, 'is_administrative_profile': true, 'is_switchboard': true, 'fte': 16},
        {'period_code': '2025-P04', 'regime_code': '2025', 'is_productivity_area': true, 'definito_om': 200, 'definito_sussidiarieta_resa_om': 10},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'is_administrative_profile': true, 'is_switchboard': false, 'is_inspector': true, 'is_counter': false, 'definito_om': 200, 'definito_sussidiarieta_resa_om': 10, 'fte': 2},
    ],
    expect=[
        {'period_code': '2025-P03', 'produttivita_2025': 100, 'produttivita': 100},
        {'period_code': '2025-P04', 'produttivita_2025': none, 'produttivita': none},
        {'period_code': '2024-P03', 'produttivita_2025': none, 'produttivita': none},
    ],
) }}
