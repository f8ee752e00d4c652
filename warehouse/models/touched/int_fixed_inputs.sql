-- One row per relation that the months and periods are computed from and that is no month's: what masters, plans and
-- reference tables became, with a digest of its rows now and at the former build. A test holds the list to the lineage.

with

present as (

    {% for relation in [
        'bridge_period',
        'bridge_reorganised_node',
        'bridge_structure',
        'dim_area',
        'dim_cost_item',
        'dim_economic_item',
        'dim_measure',
        'dim_month',
        'dim_period',
        'dim_scenario',
        'dim_staff_profile',
        'dim_structure',
        'int_composite_targets',
        'int_evaluation_children',
        'int_evaluation_ranges',
        'int_evaluation_targets',
        'int_published_agreements',
        'int_targets_in_force',
        'stg_plan_subsidiarity',
        'stg_plan_volumes',
    ] %}
    select '{{ relation }}' as relation_name, {{ rows_digest('relations') }} as digest
    from {{ ref(relation) }} as relations
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

former as (

    {{ former_rows({'relation_name': 'varchar', 'digest': 'varchar'}) }}

),

final as (

    select present.relation_name, present.digest, former.digest as former_digest
    from present
    left join former
        on present.relation_name = former.relation_name

)

select * from final
