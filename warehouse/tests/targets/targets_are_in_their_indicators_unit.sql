-- A share is measured against a share: an indicator in per cent has a target printed in per cent, or the 100 of a
-- quantity that is its denominator; an indicator that counts pieces, euro or days has the number the act prints.
-- (A quantity's 100 beside a count of pieces would look like a target, and be none.)
{% set reported = indicators() if execute else [] %}

with

indicators as (

    {% for metric in reported %}
    select '{{ metric.name }}' as indicator_code, '{{ metric.config.meta.unita }}' as unit
    union all
    {% endfor %}
    select null as indicator_code, null as unit
    where false

),

targets as (

    select distinct table_code, indicator_code, kind, unit
    from {{ ref('int_published_targets') }}

)

select
    targets.table_code,
    targets.indicator_code,
    targets.kind,
    targets.unit as printed_unit,
    indicators.unit as indicator_unit
from targets
inner join indicators
    on targets.indicator_code = indicators.indicator_code
where
    (indicators.unit = '%') <> (targets.kind = 'quantita' or (targets.kind = 'valore' and targets.unit like 'percento%'))
