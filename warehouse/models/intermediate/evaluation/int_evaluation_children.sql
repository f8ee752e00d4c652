{#
  One row per composite, child and validity: how the child counts. Weights are the acts' where they print them
  (`weight_code`, times its parent's), else the reading of the seed. A child `registro:<section>:<areas>` stands for
  the measures of the registry in that section and those areas (`*`: all). Levels, polarity and validity come from
  the composite's metric.
#}

{% set known = indicator_facts() if execute else [] %}

with

composites as (

    select * from {{ ref('composites') }}

),

listed as (

    select * from {{ ref('composite_children') }}

),

measures as (

    select * from {{ ref('measures') }}

),

printed_weights as (

    select * from {{ ref('pesi_performance') }}

),

parameters as (

    select codice, min(valore) as valore
    from {{ ref('parametri_performance') }}
    group by codice
    having count(*) = 1

),

tree as (

    select * from {{ ref('int_evaluation_tree') }}

),

-- What the catalogue says of every indicator, composite or not.
indicators as (

    {% for fact in known %}
    select
        '{{ fact.code }}' as indicator_code,
        cast({{ fact.polarity }} as integer) as polarity,
        '|{{ fact.levels | join('|') }}|' as levels,
        cast({{ sql_literal(fact.valid_from) }} as date) as valid_from,
        cast({{ sql_literal(fact.valid_to) }} as date) as valid_to
    {{ 'union all' if not loop.last }}
    {% endfor %}
    {% if not known -%}
    select null as indicator_code, null as polarity, null as levels, null as valid_from, null as valid_to
    {%- endif %}

),

selectors as (

    select
        listed.*,
        split_part(listed.child_code, ':', 2) as section,
        '+' || split_part(listed.child_code, ':', 3) || '+' as areas
    from listed
    where listed.child_code like 'registro:%'

),

from_registry as (

    select
        selectors.composite_code,
        measures.indicator_code as child_code,
        selectors.child_area_node_code,
        selectors.role,
        cast(selectors.weight * measures.weight as decimal(9, 4)) as weight,
        selectors.weight_code,
        selectors.weight_parent_code,
        selectors.basis,
        selectors.target_code,
        selectors.range_code,
        selectors.inheritance,
        selectors.is_measured,
        coalesce(selectors.valid_from, measures.valid_from) as valid_from,
        coalesce(selectors.valid_to, measures.valid_to) as valid_to
    from selectors
    inner join measures
        on
            selectors.section = measures.section
            and measures.indicator_code is not null
            and (selectors.areas = '+*+' or selectors.areas like '%+' || measures.area_code || '+%')

),

by_name as (

    select
        composite_code,
        child_code,
        child_area_node_code,
        role,
        weight,
        weight_code,
        weight_parent_code,
        basis,
        target_code,
        range_code,
        inheritance,
        is_measured,
        valid_from,
        valid_to
    from listed
    where child_code not like 'registro:%'

),

all_children as (

    select * from by_name
    union all
    select * from from_registry

),

final as (

    select
        composites.composite_code,
        tree.layer_n,
        composites.kind,
        cast(caps.valore as decimal(18, 4)) as cap,
        cast(coalesce(composites.target_value, own_parameter.valore) as decimal(18, 6)) as composite_target,
        definition.polarity as composite_polarity,
        composites.missing_policy,
        composites.minimum_share_pct,
        composites.additional_maximum_pct,
        definition.levels,
        definition.valid_from as composite_valid_from,
        definition.valid_to as composite_valid_to,
        all_children.child_code,
        all_children.child_area_node_code,
        child_definition.polarity as child_polarity,
        child_composite.composite_code is not null as is_composite_child,
        child_definition.indicator_code is not null as is_known,
        all_children.is_measured,
        all_children.role,
        cast(coalesce(
            printed.peso_percento * coalesce(printed_parent.peso_percento, 100) / 100,
            all_children.weight
        ) as decimal(9, 4)) as weight,
        all_children.basis,
        all_children.target_code,
        all_children.range_code,
        all_children.inheritance,
        all_children.valid_from,
        all_children.valid_to
    from all_children
    inner join composites
        on all_children.composite_code = composites.composite_code
    inner join tree
        on composites.composite_code = tree.composite_code
    left join indicators as definition
        on composites.composite_code = definition.indicator_code
    left join indicators as child_definition
        on all_children.child_code = child_definition.indicator_code
    left join composites as child_composite
        on all_children.child_code = child_composite.composite_code
    left join parameters as caps
        on composites.cap_code = caps.codice
    left join parameters as own_parameter
        on composites.target_code = 'parametro:' || own_parameter.codice
    left join printed_weights as printed
        on all_children.weight_code = printed.codice
    left join printed_weights as printed_parent
        on all_children.weight_parent_code = printed_parent.codice

)

select * from final
