-- C102, 5.4.1 and 4.6. Used 104 of a forecast of 100 on the assessed chapters: +4 (the salaries' 500 are assessed by
-- nobody); assigned 105 of the same need: 105 per cent. 3 chapters of 4 in tolerance: 75. On cost centre 1005 stand 3, of
-- running costs 100 (50 of capital are none): 3 per cent. Extraordinary maintenance: 45 used of 60 assigned, 75 per cent.
-- No forecast, no chapter assessed, no running cost, nothing assigned: no value. Assignments count from 2025.
{{ indicator_example(
    given=[
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_assessed_cost': true, 'costo': 60, 'costo_programmato': 45},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_assessed_cost': true, 'costo': 44, 'costo_programmato': 60},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_assessed_cost': false, 'costo': 500, 'costo_programmato': 500, 'previsione': 500},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_assessed_cost': true, 'previsione': 70},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_assessed_cost': true, 'previsione': 30},
        {'period_code': '2025-P03', 'regime_code': '2025', 'capitoli_valutati': 3, 'capitoli_entro_tolleranza': 3},
        {'period_code': '2025-P03', 'regime_code': '2025', 'capitoli_valutati': 1, 'capitoli_entro_tolleranza': 0},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_transit_account': true, 'is_running_cost': true, 'costo_da_gennaio': 3},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_transit_account': false, 'is_running_cost': true, 'costo_da_gennaio': 97},
        {'period_code': '2025-P03', 'regime_code': '2025', 'is_transit_account': false, 'is_running_cost': false, 'costo_da_gennaio': 50},
        {'period_code': '2025-P03', 'regime_code': '2025', 'cost_class_code': 'manutenzione_straordinaria', 'costo': 30, 'costo_programmato': 20},
        {'period_code': '2025-P03', 'regime_code': '2025', 'cost_class_code': 'manutenzione_straordinaria', 'costo': 15, 'costo_programmato': 40},
        {'period_code': '2025-P03', 'regime_code': '2025', 'cost_class_code': 'manutenzione_ordinaria', 'costo': 9, 'costo_programmato': 9},
        {'period_code': '2025-P04', 'regime_code': '2025', 'is_assessed_cost': true, 'costo': 60, 'costo_programmato': 45, 'previsione': 0},
        {'period_code': '2025-P04', 'regime_code': '2025', 'capitoli_valutati': 0, 'capitoli_entro_tolleranza': 0},
        {'period_code': '2025-P04', 'regime_code': '2025', 'is_transit_account': true, 'is_running_cost': false, 'costo_da_gennaio': 3},
        {'period_code': '2025-P04', 'regime_code': '2025', 'cost_class_code': 'manutenzione_straordinaria', 'costo': 30},
        {'period_code': '2024-P03', 'regime_code': '2021', 'is_assessed_cost': true, 'costo': 95, 'costo_programmato': 105, 'previsione': 100},
        {'period_code': '2024-P03', 'regime_code': '2021', 'cost_class_code': 'manutenzione_straordinaria', 'costo': 30, 'costo_programmato': 20},
    ],
    expect=[
        {'period_code': '2025-P03', 'scostamento_forecast': 4, 'congruita_assegnazioni': 105, 'capitoli_in_tolleranza': 75, 'incidenza_conto_1005': 3, 'costo_manutenzione_straordinaria': 75},
        {'period_code': '2025-P04', 'scostamento_forecast': none, 'congruita_assegnazioni': none, 'capitoli_in_tolleranza': none, 'incidenza_conto_1005': none, 'costo_manutenzione_straordinaria': none},
        {'period_code': '2024-P03', 'scostamento_forecast': -5, 'congruita_assegnazioni': none, 'costo_manutenzione_straordinaria': none},
    ],
) }}
