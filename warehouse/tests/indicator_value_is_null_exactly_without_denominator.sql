-- A zero or missing denominator gives null, never 0 and never an error; otherwise there is a value.
select indicator_code, node_code, area_node_code, period_code, numerator, denominator, value
from {{ ref('ind_values') }}
where
    numerator is not null
    and denominator is not null
    and (value is null) <> (denominator = 0)
