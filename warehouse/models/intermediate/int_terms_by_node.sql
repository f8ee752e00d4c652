-- One row per organisation, structure node, area node, period and scenario; one column per term of the indicators.
-- As-is rows only for the nodes that a re-organisation touched: for the others they would be the same.
{{ config(materialized='table') }}

{% set terms = indicator_terms() if execute else [] %}
{% set sums %}
    {%- for source in delivery_sources() %}
        sum(terms.attese_{{ source }}) as attese_{{ source }},
        sum(terms.presenti_{{ source }}) as presenti_{{ source }},
        sum(terms.attese_{{ source }}_chiusura) as attese_{{ source }}_chiusura,
        sum(terms.presenti_{{ source }}_chiusura) as presenti_{{ source }}_chiusura,
    {%- endfor %}
    {%- for term in terms %}
        sum(terms.term_{{ loop.index }}) as term_{{ loop.index }}{{ ',' if not loop.last }}
    {%- endfor %}
{% endset %}

with

terms as (

    select * from {{ ref('int_terms_by_structure') }}

),

area_nodes as (

    select area_key, 'TOT' as area_node_type, 'TOT' as area_node_code
    from {{ ref('dim_area') }}
    union all
    select area_key, 'area_obiettivo' as area_node_type, 'area_obiettivo:' || target_area_code as area_node_code
    from {{ ref('dim_area') }}
    where target_area_code is not null
    union all
    select area_key, 'macroarea' as area_node_type, 'macroarea:' || macroarea_code as area_node_code
    from {{ ref('dim_area') }}
    where area_key <> 'NR'
    union all
    select area_key, 'linea' as area_node_type, 'linea:' || line_code as area_node_code
    from {{ ref('dim_area') }}
    where area_key <> 'NR'

),

by_area as (

    select
        terms.period_code,
        terms.scenario_code,
        terms.structure_key,
        terms.structure_current_key,
        area_nodes.area_node_type,
        area_nodes.area_node_code,
        {{ sums }}
    from terms
    inner join area_nodes
        on terms.area_key = area_nodes.area_key
    group by
        terms.period_code,
        terms.scenario_code,
        terms.structure_key,
        terms.structure_current_key,
        area_nodes.area_node_type,
        area_nodes.area_node_code

),

-- As-is differs from as-was only for the nodes that gained or lost a structure.
reorganised_nodes as (

    select * from {{ ref('bridge_reorganised_node') }}

),

{% for organisation, structure_column in [('as_was', 'structure_key'), ('as_is', 'structure_current_key')] %}
{{ organisation }} as (

    select
        '{{ organisation }}' as organisation_code,
        nodes.node_code,
        nodes.node_level,
        terms.area_node_type,
        terms.area_node_code,
        terms.period_code,
        terms.scenario_code,
        {{ sums }}
    from by_area as terms
    inner join {{ ref('bridge_structure') }} as nodes
        on terms.{{ structure_column }} = nodes.structure_key
    {%- if organisation == 'as_is' %}
    inner join reorganised_nodes
        on
            nodes.node_code = reorganised_nodes.node_code
            and nodes.node_level = reorganised_nodes.node_level
    {%- endif %}
    group by
        nodes.node_code,
        nodes.node_level,
        terms.area_node_type,
        terms.area_node_code,
        terms.period_code,
        terms.scenario_code

){{ ',' if not loop.last }}

{% endfor %}
select * from as_was
union all
select * from as_is
