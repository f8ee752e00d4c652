-- A bound that an act sets for one year ("obiettivi gestionali dell'anno 2021") holds in that year and in no other.
with

bounds as (

    select
        indicator_code,
        closing_month,
        valid_from,
        valid_to,
        regexp_extract(act, 'dell.anno (\d{4})', 1) as year_text
    from {{ ref('thresholds') }}

)

select indicator_code, closing_month, valid_from, valid_to, year_text
from bounds
where
    year_text <> ''
    and (
        valid_from <> make_date(cast(year_text as integer), 1, 1)
        or valid_to is distinct from make_date(cast(year_text as integer), 12, 31)
    )
