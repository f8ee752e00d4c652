-- Balances against year's end: GPA0037 190 of 200, -5 per cent (the mean of -10 and +2.5 would be -3.75); GPA52002 81 of 90,
-- -10. Payments: 100 euro 3 days early and 200 euro 7.5 days late, 1200 / 300 = 4 days (the mean would be 2.25). 7
-- attachments. No balance at year's end and nothing paid, no value; the two of 2025 do not reach back.
{{ indicator_example(
    given=[
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'SALDO_GPA0037', 'misura_numeratore_finale': 108, 'misura_denominatore_finale': 120},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'SALDO_GPA0037', 'misura_numeratore_finale': 82, 'misura_denominatore_finale': 80},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'SALDO_GPA52002', 'misura_numeratore_finale': 81, 'misura_denominatore_finale': 90},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'FATT_RIT', 'misura_numeratore': -300, 'misura_denominatore': 100},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'FATT_RIT', 'misura_numeratore': 1500, 'misura_denominatore': 200},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'PIGNORAMENTI', 'misura_numeratore': 3},
        {'period_code': '2025-P03', 'regime_code': '2025', 'measure_code': 'PIGNORAMENTI', 'misura_numeratore': 4},
        {'period_code': '2025-P04', 'regime_code': '2025', 'measure_code': 'SALDO_GPA0037', 'misura_numeratore_finale': 108, 'misura_denominatore_finale': 0},
        {'period_code': '2025-P04', 'regime_code': '2025', 'measure_code': 'SALDO_GPA52002', 'misura_numeratore_finale': 81},
        {'period_code': '2025-P04', 'regime_code': '2025', 'measure_code': 'FATT_RIT', 'misura_numeratore': 0, 'misura_denominatore': 0},
        {'period_code': '2024-P03', 'regime_code': '2021', 'measure_code': 'FATT_RIT', 'misura_numeratore': 5, 'misura_denominatore': 5},
        {'period_code': '2024-P03', 'regime_code': '2021', 'measure_code': 'PIGNORAMENTI', 'misura_numeratore': 5},
    ],
    expect=[
        {'period_code': '2025-P03', 'incassi_visite_mediche_gpa0037': -5, 'incassi_visite_mediche_gpa52002': -10, 'ritardo_pagamento_fatture': 4, 'pignoramenti': 7},
        {'period_code': '2025-P04', 'incassi_visite_mediche_gpa0037': none, 'incassi_visite_mediche_gpa52002': none, 'ritardo_pagamento_fatture': none, 'pignoramenti': none},
        {'period_code': '2024-P03', 'ritardo_pagamento_fatture': none, 'pignoramenti': none},
    ],
) }}
