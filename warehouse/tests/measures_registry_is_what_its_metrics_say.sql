-- A row of the measures registry and its metric say the same: a row changed without `make model` is refused by the load.
-- Weights are equal: the acts print none for elementary measures (Piano Performance 2021-2023, Il Cruscotto Qualità).
{% set rows = [] %}
{% for metric in (indicators() if execute else []) if metric.original_file_path.endswith('registro/misure.yml') %}
    {% do rows.append(metric) %}
{% endfor %}

with

registry as (

    select * from {{ ref('measures') }}
    where indicator_code is not null

),

metrics as (

    {% for metric in rows %}
    {% set meta = metric.config.meta %}
    select
        '{{ metric.name }}' as indicator_code,
        {{ meta.polarita }} as polarity,
        cast({{ sql_literal(meta.valido_dal) }} as date) as valid_from,
        cast({{ sql_literal(meta.valido_al) }} as date) as valid_to,
        {{ meta.scala }} as scale
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {% if not rows -%}
    select null as indicator_code, null as polarity, null as valid_from, null as valid_to, null as scale
    {%- endif %}

)

select registry.measure_code, registry.indicator_code
from registry
left join metrics
    on registry.indicator_code = metrics.indicator_code
where
    metrics.indicator_code is null
    or registry.polarity <> metrics.polarity
    or registry.valid_from <> metrics.valid_from
    or registry.valid_to is distinct from metrics.valid_to
    or registry.scale <> metrics.scale
    or registry.weight <> 1
