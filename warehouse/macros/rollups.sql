{#
  The consolidated fact summed up by structure, month and scenario, for the components of some domains: without lines,
  products and whatever keys those components' definitions do not ask for. Columns have the fact's names and types, so
  that a definition reads one or the other alike; a sum that no longer fits its type stops the build.
#}
{% macro rollup(domains, keys) -%}
with

components as (

    select * from {{ ref('fct_components') }}

),

final as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key
        {%- for key in keys %},
        {{ key }}
        {%- endfor %}
        {%- for domain in domains + ['deliveries'] %}
        {%- for measure, type in component_domains()[domain].items() %},
        cast(sum({{ measure }}) as {{ type }}) as {{ measure }}
        {%- endfor %}
        {%- endfor %}
    from components
    group by
        month_key,
        scenario_code,
        structure_key,
        structure_current_key
        {%- for key in keys %},
        {{ key }}
        {%- endfor %}

)

select * from final
order by month_key, scenario_code, structure_key
{%- endmacro %}

{#
  Components that definitions add up within one row. In every month, scenario and structure they are null together, or
  one of them is null throughout (a test): so their sums may be added instead.
#}
{% macro components_added_up() %}
    {{ return([
        ['definito', 'definito_sussidiarieta_ricevuta'],
        ['definito_om', 'definito_sussidiarieta_resa_om'],
        ['definito_om_costanti', 'definito_sussidiarieta_resa_om_costanti'],
    ]) }}
{% endmacro %}
