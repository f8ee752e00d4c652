-- IEEP 840 over cost 200; direct 180 (of it 150 of production) of 200; 200 euro over 1.6 points of the
-- productivity areas. Abolished from 2025; no cost, no value.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'regime_code': '2021', 'importo_ieep': 840},
        {'period_code': '2024-P03', 'regime_code': '2021', 'costo': 150, 'is_direct_cost': true, 'is_production_cost': true},
        {'period_code': '2024-P03', 'regime_code': '2021', 'costo': 30, 'is_direct_cost': true, 'is_production_cost': false},
        {'period_code': '2024-P03', 'regime_code': '2021', 'costo': 20, 'is_direct_cost': false, 'is_production_cost': true},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': true, 'definito_om': 1.5, 'definito_sussidiarieta_resa_om': 0.1},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_productivity_area': false, 'definito_om': 5, 'definito_sussidiarieta_resa_om': 0},
        {'period_code': '2024-P04', 'regime_code': '2021', 'importo_ieep': 840, 'costo': 0},
        {'period_code': '2025-P03', 'regime_code': '2025', 'importo_ieep': 840, 'costo': 200, 'is_direct_cost': true, 'is_production_cost': true, 'is_productivity_area': true, 'definito_om': 1.6, 'definito_sussidiarieta_resa_om': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'redditivita': 4.2, 'incidenza_costi_diretti': 90, 'incidenza_costo_produzione': 75, 'costo_punto_omogeneizzato': 125},
        {'period_code': '2024-P04', 'redditivita': none, 'incidenza_costi_diretti': none, 'incidenza_costo_produzione': none, 'costo_punto_omogeneizzato': none},
        {'period_code': '2025-P03', 'redditivita': none, 'incidenza_costi_diretti': none, 'incidenza_costo_produzione': none, 'costo_punto_omogeneizzato': none},
    ],
) }}
