-- The points of the month's coefficients (999) never count: (240 + 8) points of the base month over 2 FTE-months = 124;
-- in the regime of 2025, 210 over 2 = 105; backlog 40 + 20 over 30 + 60 received in 90 days = 60 days.
{{ indicator_example(
    given=[
        {'period_code': '2024-T1', 'regime_code': '2021', 'period_days': 90, 'is_production_area': true, 'is_productivity_area': true, 'definito_om': 999, 'definito_om_costanti': 240, 'definito_sussidiarieta_resa_om_costanti': 8, 'giacenza_finale_om_costanti': 40, 'giacenza_finale_om': 999, 'pervenuto_om_costanti': 30},
        {'period_code': '2024-T1', 'regime_code': '2021', 'period_days': 90, 'is_production_area': false, 'is_productivity_area': false, 'definito_om_costanti': 500, 'definito_sussidiarieta_resa_om_costanti': 0, 'giacenza_finale_om_costanti': 20, 'pervenuto_om_costanti': 60},
        {'period_code': '2024-T1', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': false, 'fte': 2},
        {'period_code': '2024-T1', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': true, 'is_counter': false, 'fte': 4},
        {'period_code': '2024-T1', 'regime_code': '2021', 'is_productivity_area': true, 'is_inspector': false, 'is_counter': true, 'fte': 8},
        {'period_code': '2024-T1', 'regime_code': '2021', 'is_productivity_area': false, 'is_inspector': false, 'is_counter': false, 'fte': 16},
        {'period_code': '2025-T1', 'regime_code': '2025', 'period_days': 90, 'is_production_area': true, 'is_productivity_area': true, 'definito_om_costanti': 205, 'definito_sussidiarieta_resa_om_costanti': 5, 'giacenza_finale_om_costanti': 1, 'pervenuto_om_costanti': 0},
        {'period_code': '2025-T1', 'regime_code': '2025', 'period_days': 90, 'is_production_area': true, 'is_productivity_area': false, 'definito_om_costanti': 90, 'definito_sussidiarieta_resa_om_costanti': 0},
        {'period_code': '2025-T1', 'regime_code': '2025', 'is_administrative_profile': true, 'is_switchboard': false, 'fte': 2},
        {'period_code': '2025-T1', 'regime_code': '2025', 'is_administrative_profile': true, 'is_switchboard': true, 'fte': 4},
        {'period_code': '2025-T1', 'regime_code': '2025', 'is_administrative_profile': false, 'is_switchboard': false, 'fte': 8},
        {'period_code': '2026-T1', 'regime_code': '2025', 'giacenza_finale_om_costanti': 7, 'period_days': 90},
    ],
    expect=[
        {'period_code': '2024-T1', 'produzione_omogeneizzata_costanti': 248, 'produttivita_2021_costanti': 124, 'produttivita_2025_costanti': none, 'produttivita_costanti': 124, 'indice_giacenza_costanti': 60},
        {'period_code': '2025-T1', 'produzione_omogeneizzata_costanti': 300, 'produttivita_2021_costanti': none, 'produttivita_2025_costanti': 105, 'produttivita_costanti': 105, 'indice_giacenza_costanti': none},
        {'period_code': '2026-T1', 'produzione_omogeneizzata_costanti': none, 'produttivita_costanti': none},
    ],
) }}
