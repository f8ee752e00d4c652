{{ config(materialized='table') }}

{{ domain_terms('controls') }}
