{{ config(materialized='table') }}

{{ domain_terms('deliveries') }}
