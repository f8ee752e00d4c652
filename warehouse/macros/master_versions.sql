{#
  Versions of a master that is delivered whole every month (extracts.md, Masters).

  One row per version: the key, the attributes, `valid_from`, `valid_to` (null = open).
  A version starts on the day its row declares, the first time that row is seen; when a later delivery
  carries the same row with other attributes, a new version starts on the first day of the delivery's month.
  It ends on the day it declares, or the day before the next version, or with the last delivery that held it.
  `last_known` columns (a successor, say) open no version: the value last delivered holds for the whole row.
#}
{% macro master_versions(relation, keys, attributes, last_known=[]) %}
    {%- set key_list = keys | join(', ') -%}
    {%- set fingerprint -%}
        {%- for attribute in attributes -%}
            coalesce(cast({{ attribute }} as varchar), '~'){{ " || '|' || " if not loop.last }}
        {%- endfor -%}
    {%- endset %}
with

deliveries as (

    select
        {{ key_list }},
        {{ (attributes + last_known) | join(', ') }},
        declared_from,
        declared_to,
        delivery_month,
        {{ first_day('delivery_month') }} as delivery_date,
        {{ fingerprint }} as fingerprint
    from {{ relation }}

),

latest as (

    select max(delivery_month) as latest_delivery_month from deliveries

),

last_seen as (

    select
        {{ key_list }},
        declared_from,
        max(delivery_month) as last_delivery_month,
        max(delivery_date) as last_delivery_date
    from deliveries
    group by {{ key_list }}, declared_from

),

last_declared as (

    select
        {% for key in keys %}deliveries.{{ key }}, {% endfor %}
        deliveries.declared_from,
        max(deliveries.declared_to) as declared_to,
        {%- for column in last_known %}
        max(deliveries.{{ column }}) as {{ column }},
        {%- endfor %}
        max(case when last_seen.last_delivery_month < latest.latest_delivery_month
            then {{ last_day_of('last_seen.last_delivery_date') }} end) as vanished_on
    from deliveries
    inner join last_seen
        on {% for key in keys %}deliveries.{{ key }} = last_seen.{{ key }} and {% endfor %}
            deliveries.declared_from = last_seen.declared_from
            and deliveries.delivery_month = last_seen.last_delivery_month
    cross join latest
    group by {% for key in keys %}deliveries.{{ key }}, {% endfor %} deliveries.declared_from

),

compared as (

    select
        *,
        lag(fingerprint) over (partition by {{ key_list }}, declared_from order by delivery_month) as former_fingerprint
    from deliveries

),

openings as (

    select
        *,
        case when former_fingerprint is null then declared_from else delivery_date end as valid_from
    from compared
    where former_fingerprint is null or former_fingerprint <> fingerprint

),

bounded as (

    select
        {% for key in keys %}openings.{{ key }}, {% endfor %}
        {%- for attribute in attributes %}
        openings.{{ attribute }},
        {%- endfor %}
        {%- for column in last_known %}
        last_declared.{{ column }},
        {%- endfor %}
        openings.valid_from,
        last_declared.declared_to as closing_date,
        last_declared.vanished_on,
        lead(openings.valid_from) over (
            partition by {% for key in keys %}openings.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
            order by openings.valid_from, openings.delivery_month, openings.declared_from
        ) as next_from
    from openings
    inner join last_declared
        on {% for key in keys %}openings.{{ key }} = last_declared.{{ key }} and {% endfor %}
            openings.declared_from = last_declared.declared_from

),

closed as (

    select
        {{ key_list }},
        {{ (attributes + last_known) | join(', ') }},
        valid_from,
        least(
            coalesce(closing_date, {{ open_end() }}),
            coalesce(vanished_on, {{ open_end() }}),
            coalesce({{ day_before('next_from') }}, {{ open_end() }})
        ) as closes_on
    from bounded

)

select
    {{ key_list }},
    {{ (attributes + last_known) | join(', ') }},
    valid_from,
    nullif(closes_on, {{ open_end() }}) as valid_to
from closed
where closes_on >= valid_from
{% endmacro %}
