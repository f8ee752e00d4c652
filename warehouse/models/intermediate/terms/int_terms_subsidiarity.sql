{{ config(materialized='table') }}

{{ domain_terms('subsidiarity') }}
