-- 43 of the 50 FTE of the production structures; a directorate's own staff (30) is on neither side.
{{ indicator_example(
    given=[
        {'period_code': '2024-P03', 'is_production_structure': true, 'is_production_area': true, 'fte': 43},
        {'period_code': '2024-P03', 'is_production_structure': true, 'is_production_area': false, 'fte': 7},
        {'period_code': '2024-P03', 'is_production_structure': false, 'is_production_area': true, 'fte': 30},
        {'period_code': '2024-P04', 'is_production_structure': false, 'is_production_area': true, 'fte': 30},
    ],
    expect=[
        {'period_code': '2024-P03', 'quota_personale_produzione': 86},
        {'period_code': '2024-P04', 'quota_personale_produzione': none},
    ],
) }}
