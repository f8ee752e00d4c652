{{ config(materialized='table') }}

{{ domain_terms('staff') }}
