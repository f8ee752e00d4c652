-- An office has 46 FTE-months, 4 of them in support; its agency 4, none in support; the directorate has
-- 20, 8 in support; a central unit beside them 10.
-- Support: 4 of the 50 of production structures = 8 %. The directorate itself: 20 of the 80 of its region = 25 %.
{{ indicator_example(
    given=[
        {'period_code': '2025-T1', 'is_production_structure': true, 'is_support_area': false, 'is_directorate_structure': false, 'fte': 42},
        {'period_code': '2025-T1', 'is_production_structure': true, 'is_support_area': true, 'is_directorate_structure': false, 'fte': 4},
        {'period_code': '2025-T1', 'is_production_structure': true, 'is_support_area': false, 'is_directorate_structure': false, 'fte': 4},
        {'period_code': '2025-T1', 'is_production_structure': false, 'is_support_area': true, 'is_directorate_structure': true, 'fte': 8},
        {'period_code': '2025-T1', 'is_production_structure': false, 'is_support_area': false, 'is_directorate_structure': true, 'fte': 12},
        {'period_code': '2025-T1', 'is_production_structure': false, 'is_support_area': false, 'is_directorate_structure': false, 'fte': 10},
        {'period_code': '2025-T2', 'is_production_structure': false, 'is_support_area': true, 'is_directorate_structure': true, 'fte': 0},
    ],
    expect=[
        {'period_code': '2025-T1', 'quota_personale_supporto': 8, 'quota_personale_regionale': 25},
        {'period_code': '2025-T2', 'quota_personale_supporto': none, 'quota_personale_regionale': none},
    ],
) }}
