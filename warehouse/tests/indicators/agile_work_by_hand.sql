-- A quarter of two offices. In each month 10 and 30 people have agile days: 30 and 90 months of agile workers, with 300
-- and 660 agile days: 960 / 120 = 8 days a month each (the closing month's 40 people alone would give 24; the mean of the
-- two offices 8,67). Workable days 2400: 40 per cent. Sick 4.800 of 160.000 workable minutes: 3 per cent.
-- Nobody agile, nothing workable: no value.
{{ indicator_example(
    given=[
        {
            'period_code': '2024-T1', 'teste_agili': 10, 'mesi_addetto_agile': 30, 'giorni_agili': 300,
            'giorni_lavorabili': 600, 'minuti_malattia': 4000, 'minuti_lavorabili': 60000,
        },
        {
            'period_code': '2024-T1', 'teste_agili': 30, 'mesi_addetto_agile': 90, 'giorni_agili': 660,
            'giorni_lavorabili': 1800, 'minuti_malattia': 800, 'minuti_lavorabili': 100000,
        },
        {
            'period_code': '2024-M02', 'teste_agili': 0, 'mesi_addetto_agile': 0, 'giorni_agili': 0,
            'giorni_lavorabili': 0, 'minuti_malattia': 0, 'minuti_lavorabili': 0,
        },
    ],
    expect=[
        {
            'period_code': '2024-T1', 'giornate_agili_per_addetto': 8, 'giornate_agili_quota': 40,
            'tasso_assenza_malattia': 3,
        },
        {
            'period_code': '2024-M02', 'giornate_agili_per_addetto': none, 'giornate_agili_quota': none,
            'tasso_assenza_malattia': none,
        },
    ],
) }}
