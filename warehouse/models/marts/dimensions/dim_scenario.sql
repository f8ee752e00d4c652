with

declared as (

    select scenario_code, scenario_kind, is_reported, title, description from {{ ref('scenarios') }}

),

plan_versions as (

    select distinct scenario_code from {{ ref('stg_plan_volumes') }}

),

plans as (

    select
        scenario_code,
        'piano' as scenario_kind,
        -- A plan's own values are asked of the semantic layer; what is reported is measured against its targets.
        false as is_reported,
        'Piano Budget ' || replace(scenario_code, '_', ' ') as title,
        'Versione del Piano Budget' as description
    from plan_versions

),

scenarios as (

    select * from declared
    union all
    select * from plans

),

final as (

    select
        scenarios.*,
        reference_plans.year as reference_plan_year
    from scenarios
    left join {{ ref('reference_plans') }} as reference_plans
        on scenarios.scenario_code = reference_plans.scenario_code

)

select * from final
