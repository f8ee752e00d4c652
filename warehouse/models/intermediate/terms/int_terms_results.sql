{{ config(materialized='table') }}

{{ domain_terms('results') }}
