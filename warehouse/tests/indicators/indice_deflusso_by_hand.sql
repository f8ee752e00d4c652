-- The owner's outflow: (30 + 6 by others) + (50 + 10) of 80 + 40 received is 0.8; work rendered to others (99)
-- is not in it; the mean of the ratios would be 0.975.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'definito': 30, 'definito_sussidiarieta_ricevuta': 6, 'definito_sussidiarieta_resa': 99, 'pervenuto': 80},
        {'period_code': '2024-P03', 'definito': 50, 'definito_sussidiarieta_ricevuta': 10, 'definito_sussidiarieta_resa': 0, 'pervenuto': 40},
        {'period_code': '2024-P04', 'definito': 30, 'definito_sussidiarieta_ricevuta': 6, 'pervenuto': 0},
    ],
    expect=[
        {'period_code': '2024-P03', 'indice_deflusso': 0.8},
        {'period_code': '2024-P04', 'indice_deflusso': none},
    ],
) }}
