with

targets as (

    select * from {{ ref('fct_targets') }}

),

reference_plans as (

    select cast(year as varchar) as year_text, scenario_code from {{ ref('reference_plans') }}

),

ranked as (

    select
        targets.indicator_code,
        targets.node_code,
        targets.area_node_code,
        targets.period_code,
        targets.target_value,
        targets.applies_to_descendants,
        row_number() over (
            partition by targets.indicator_code, targets.node_code, targets.area_node_code, targets.period_code
            order by case when targets.scenario_code = 'obiettivo' then 1 else 2 end, targets.scenario_code
        ) as choice_n
    from targets
    left join reference_plans
        on
            targets.scenario_code = reference_plans.scenario_code
            and substr(targets.period_code, 1, 4) = reference_plans.year_text
    where targets.scenario_code = 'obiettivo' or reference_plans.scenario_code is not null

),

final as (

    select indicator_code, node_code, area_node_code, period_code, target_value, applies_to_descendants
    from ranked
    where choice_n = 1

)

select * from final
