{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_components'}) }}
{{ parts_listed_in('int_touched_components') }}

{{ rollup(
    ['costs'],
    [
        'cost_class_code', 'forecast_code', 'is_direct_cost', 'is_production_cost', 'is_transit_account',
        'is_running_cost', 'is_discretionary_cost', 'is_assessed_cost'
    ]
) }}
