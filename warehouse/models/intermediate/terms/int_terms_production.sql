{{ config(materialized='table') }}

{{ domain_terms('production') }}
