{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_components'}) }}
{{ parts_listed_in('int_touched_components') }}

{{ rollup(['measures'], ['measure_code']) }}
