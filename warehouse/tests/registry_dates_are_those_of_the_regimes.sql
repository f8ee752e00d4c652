-- A line's areas change with the sets of definitions and at no other time: its versions begin and end with a regime. The
-- two lines that carry the roundings of the 2021 plan end with that year.
select
    line_registry.line_code,
    line_registry.valid_from,
    line_registry.valid_to
from {{ ref('line_registry') }} as line_registry
where
    line_registry.valid_from not in (select valid_from from {{ ref('regimes') }})
    or (
        line_registry.line_code not like 'ARR-%'
        and line_registry.valid_to is not null
        and line_registry.valid_to not in (select valid_to from {{ ref('regimes') }} where valid_to is not null)
    )
    or (line_registry.line_code like 'ARR-%' and line_registry.valid_to is distinct from cast('2021-12-31' as date))
