{{ config(materialized='parts', meta={'touches': 'period', 'touched_in': 'int_touched_periods', 'touched_for': 'controls'}) }}
{{ parts_listed_in('int_touched_periods') }}

{{ domain_terms('controls') }}
