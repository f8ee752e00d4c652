{{ config(materialized='table') }}

{{ domain_terms('costs') }}
