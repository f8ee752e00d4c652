{{ config(meta={'insieme': components_added_up()}) }}

{{ rollup(
    ['production', 'subsidiarity', 'staff'],
    [
        'is_production_area', 'is_productivity_area', 'is_support_area', 'is_production_structure',
        'is_directorate_structure', 'is_administrative_profile', 'is_inspector', 'is_counter', 'is_switchboard'
    ]
) }}
