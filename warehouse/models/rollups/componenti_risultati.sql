{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_components'}) }}
{{ parts_listed_in('int_touched_components') }}

{{ rollup(['results'], ['item_code', 'level_two_code', 'section_code']) }}
