{{ config(materialized='table') }}

{{ domain_terms('measures') }}
