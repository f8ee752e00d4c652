{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_components', 'insieme': components_added_up()}) }}
{{ parts_listed_in('int_touched_components') }}

{{ rollup(
    ['production', 'subsidiarity', 'staff'],
    [
        'is_production_area', 'is_productivity_area', 'is_support_area', 'is_production_structure',
        'is_directorate_structure', 'is_administrative_profile', 'is_inspector', 'is_counter', 'is_switchboard'
    ]
) }}
