{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_components'}) }}
{{ parts_listed_in('int_touched_components') }}

with

-- Each domain's rows, with the columns it knows; the others stay null.
blocks as (

    {% for domain, columns in component_domains().items() %}
    select
        '{{ domain }}' as domain_code,
        block_code,
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {%- for key in component_keys() %}
        {{ key }},
        {%- endfor %}
        {{ sparse_columns(component_measures(), as_they_are(columns)) }}
    from {{ ref('int_components_' ~ domain) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

structures as (

    select * from {{ ref('dim_structure') }}

),

areas as (

    select * from {{ ref('dim_area') }}

),

final as (

    select
        blocks.month_key,
        blocks.scenario_code,
        blocks.structure_key,
        blocks.structure_current_key,
        blocks.area_key,
        coalesce(areas.is_production_area, false) as is_production_area,
        coalesce(areas.is_productivity_area, false) as is_productivity_area,
        coalesce(areas.is_support_area, false) as is_support_area,
        coalesce(structures.is_production_structure, false) as is_production_structure,
        coalesce(structures.is_directorate_structure, false) as is_directorate_structure,
        blocks.domain_code,
        blocks.block_code,
        {%- for key in component_keys() %}
        blocks.{{ key }},
        {%- endfor %}
        {%- for measure in component_measures() %}
        blocks.{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from blocks
    left join areas
        on blocks.area_key = areas.area_key
    left join structures
        on blocks.structure_key = structures.structure_key

)

select * from final
order by month_key, scenario_code, structure_key, area_key, product_key
