-- Every composite of the seed is a metric with `composito: true` and the other way round; every child is there.
-- depends_on: {{ ref('int_evaluation_children') }}
{% set composites = indicators(composite=true) if execute else [] %}

with

declared as (

    {% for metric in composites %}
    select '{{ metric.config.meta.codice }}' as composite_code
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {% if not composites %}select null as composite_code{% endif %}

)

select composite_code, 'no metric' as problem
from {{ ref('composites') }}
where composite_code not in (select composite_code from declared)
union all
select composite_code, 'not in seeds/evaluation/composites.csv' as problem
from declared
where composite_code not in (select composite_code from {{ ref('composites') }})
union all
select composite_code, 'no children' as problem
from {{ ref('composites') }}
where composite_code not in (select composite_code from {{ ref('composite_children') }})
union all
select composite_code, 'child of no composite' as problem
from {{ ref('composite_children') }}
where composite_code not in (select composite_code from {{ ref('composites') }})
