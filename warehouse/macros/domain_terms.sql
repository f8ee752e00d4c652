{#
  One domain's terms by node: organisation, structure node, area node, period, scenario.

  Each domain has a model of its own, with the columns of its own terms: a single one with the terms of every domain
  would be hundreds of columns wide and nearly all null, and every row of the components would be tried for each.
  As-is rows only for the nodes that a re-organisation touched: for the others they would be the same.
#}
{% macro domain_terms(domain) %}
{% set sums = domain_sums(domain, indicator_terms() if execute else []) %}
with

reported_scenarios as (

    select scenario_code from {{ ref('dim_scenario') }} where is_reported

),

by_structure as (

    select
        period_code,
        scenario_code,
        structure_key,
        structure_current_key,
        area_key
        {%- for name, sum in sums.items() %},
        {{ sum }} as {{ name }}
        {%- endfor %}
    from {{ ref('ind_components_by_period') }}
    where
        domain_code = '{{ domain }}'
        and scenario_code in (select scenario_code from reported_scenarios)
        and {{ in_touched_parts() }}
    group by period_code, scenario_code, structure_key, structure_current_key, area_key

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
        by_structure.period_code,
        by_structure.scenario_code,
        by_structure.structure_key,
        by_structure.structure_current_key,
        area_nodes.area_node_type,
        area_nodes.area_node_code
        {%- for name in sums %},
        sum(by_structure.{{ name }}) as {{ name }}
        {%- endfor %}
    from by_structure
    inner join area_nodes
        on by_structure.area_key = area_nodes.area_key
    group by
        by_structure.period_code,
        by_structure.scenario_code,
        by_structure.structure_key,
        by_structure.structure_current_key,
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
        terms.scenario_code
        {%- for name in sums %},
        sum(terms.{{ name }}) as {{ name }}
        {%- endfor %}
    from by_area as terms
    inner join {{ ref('bridge_structure') }} as nodes
        on terms.{{ structure_column }} = nodes.structure_key
    {%- if organisation == 'as_is' %}
    inner join reorganised_nodes
        on
            nodes.node_code = reorganised_nodes.node_code
            and nodes.node_level = reorganised_nodes.node_level
    {%- endif %}
    {%- if not sums %}
    where false
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
{% endmacro %}
