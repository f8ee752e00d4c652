-- A target, a quantity or a bound under a code that no indicator and no composite has would never be found.
{% set reported = indicators() if execute else [] %}

with

known as (

    {% for metric in reported %}
    select '{{ metric.name }}' as indicator_code
    union all
    {% endfor %}
    select composite_code as indicator_code from {{ ref('composites') }}

),

named as (

    select 'target_map' as seed_name, indicator_code from {{ ref('target_map') }}
    union all
    select 'thresholds' as seed_name, indicator_code from {{ ref('thresholds') }}

)

select distinct named.seed_name, named.indicator_code
from named
left join known
    on named.indicator_code = known.indicator_code
where known.indicator_code is null
