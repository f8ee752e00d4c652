-- 2024, levels I and II together: 30 + 50 of 40 + 60 files due are 80 per cent (the mean of the two levels' ratios would
-- be 79,17). Put right SI 8 and NO 6, notified 2: irregular 10 of 80, with findings 16 of 80: 100 × 0,125 × 0,2 = 2,5;
-- put right 14 of 16; in thirty days 7 of 14.
-- 2025, level II alone: 40 of 50; 8 of 40 and 10 of 40: 100 × 0,2 × 0,25 = 5; 8 of 10; 6 of 8. Of the 50 files controlled
-- at both levels, 40 are level II's. Nothing due, nothing controlled, or level I alone from 2025: no value.
{% set level_one = {
    'control_level': 'I', 'cpp_a_controllo': 40, 'cpp_controllate': 30, 'cpp_regolarizzate_si': 3,
    'cpp_regolarizzate_no': 2, 'cpp_notificate': 1, 'cpp_regolarizzate_30gg': 3,
} %}
{% set level_two = {
    'control_level': 'II', 'cpp_a_controllo': 60, 'cpp_controllate': 50, 'cpp_regolarizzate_si': 5,
    'cpp_regolarizzate_no': 4, 'cpp_notificate': 1, 'cpp_regolarizzate_30gg': 4,
} %}
{% set nothing = {
    'cpp_a_controllo': 0, 'cpp_controllate': 0, 'cpp_regolarizzate_si': 0, 'cpp_regolarizzate_no': 0,
    'cpp_notificate': 0, 'cpp_regolarizzate_30gg': 0,
} %}
{{ indicator_example(
    given=[
        dict(level_one, period_code='2024-T1', regime_code='2021'),
        dict(level_two, period_code='2024-T1', regime_code='2021'),
        dict(nothing, period_code='2024-M01', regime_code='2021', control_level='II'),
        dict(level_one, period_code='2025-T1', regime_code='2025', cpp_controllate=10),
        {
            'period_code': '2025-T1', 'regime_code': '2025', 'control_level': 'II', 'cpp_a_controllo': 50,
            'cpp_controllate': 40, 'cpp_regolarizzate_si': 6, 'cpp_regolarizzate_no': 2, 'cpp_notificate': 2,
            'cpp_regolarizzate_30gg': 6,
        },
        dict(level_one, period_code='2025-M02', regime_code='2025'),
        dict(nothing, period_code='2025-M03', regime_code='2025', control_level='II'),
    ],
    expect=[
        {
            'period_code': '2024-T1', 'cpp_indice_controllate_2021': 80, 'cpp_indice_irregolarita_2021': 2.5,
            'cpp_indice_regolarizzate_2021': 87.5, 'cpp_indice_tempestivita_2021': 50,
            'cpp_indice_controllate_2025': none, 'cpp_indice_irregolarita_2025': none,
            'cpp_indice_regolarizzate_2025': none, 'cpp_indice_tempestivita_2025': none,
            'cpp_indice_controllate': 80, 'cpp_indice_irregolarita': 2.5, 'cpp_indice_regolarizzate': 87.5,
            'cpp_indice_tempestivita': 50, 'cpp_equilibrio_livelli': none,
        },
        {
            'period_code': '2024-M01', 'cpp_indice_controllate_2021': none, 'cpp_indice_irregolarita_2021': none,
            'cpp_indice_regolarizzate_2021': none, 'cpp_indice_tempestivita_2021': none,
        },
        {
            'period_code': '2025-T1', 'cpp_indice_controllate_2025': 80, 'cpp_indice_irregolarita_2025': 5,
            'cpp_indice_regolarizzate_2025': 80, 'cpp_indice_tempestivita_2025': 75,
            'cpp_indice_controllate_2021': none, 'cpp_indice_irregolarita_2021': none,
            'cpp_indice_regolarizzate_2021': none, 'cpp_indice_tempestivita_2021': none,
            'cpp_indice_controllate': 80, 'cpp_indice_irregolarita': 5, 'cpp_indice_regolarizzate': 80,
            'cpp_indice_tempestivita': 75, 'cpp_equilibrio_livelli': 80,
        },
        {
            'period_code': '2025-M02', 'cpp_indice_controllate': none, 'cpp_indice_irregolarita': none,
            'cpp_indice_regolarizzate': none, 'cpp_indice_tempestivita': none, 'cpp_equilibrio_livelli': none,
        },
        {
            'period_code': '2025-M03', 'cpp_indice_controllate_2025': none, 'cpp_indice_irregolarita_2025': none,
            'cpp_indice_regolarizzate_2025': none, 'cpp_indice_tempestivita_2025': none,
            'cpp_equilibrio_livelli': none,
        },
    ],
) }}
