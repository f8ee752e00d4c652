-- A roll-up adds up each component; a definition that adds two of them in one row gets the same from it where both are
-- null together, or one is null throughout the rows summed up.
{% for one, other in components_added_up() %}
(
    select
        month_key,
        scenario_code,
        structure_key,
        '{{ one }}, {{ other }}' as components
    from {{ ref('fct_components') }}
    where {{ one }} is not null or {{ other }} is not null
    group by month_key, scenario_code, structure_key
    having
        count({{ one }}) <> count({{ other }})
        and count({{ one }}) > 0
        and count({{ other }}) > 0
)
{{ 'union all' if not loop.last }}
{% endfor %}
