{# Pairs of versions of one member that are in force on the same day; with `gaps: refused` also days without any. #}
{% test no_overlapping_validity(model, key, valid_from='valid_from', valid_to='valid_to', gaps='allowed') %}
with

ordered as (

    select
        {{ key }},
        {{ valid_from }} as starts_on,
        coalesce({{ valid_to }}, {{ open_end() }}) as closes_on,
        lead({{ valid_from }}) over (partition by {{ key }} order by {{ valid_from }}) as next_starts_on
    from {{ model }}

)

select *
from ordered
where
    closes_on < starts_on
    or closes_on >= next_starts_on
    {%- if gaps == 'refused' %}
    or cast(closes_on + interval 1 day as date) < next_starts_on
    {%- endif %}
{% endtest %}
