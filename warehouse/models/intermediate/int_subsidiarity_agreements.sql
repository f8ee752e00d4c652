{{ config(materialized='view') }}

-- Agreed extra-regional subsidiarity: published for 2021 as one amount a year, then by the year's reference plan.
with

published as (

    select
        cast(anno as integer) * 100 as month_key,
        codice_sussidiante as structure_code,
        codice_sussidiata as counterpart_code,
        cast(pezzi as integer) as agreed_pieces
    from {{ ref('obiettivi_sussidiarieta_2021') }}

),

planned as (

    select
        plans.month_key,
        plans.structure_code,
        plans.counterpart_code,
        plans.agreed_pieces
    from {{ ref('stg_plan_subsidiarity') }} as plans
    inner join {{ ref('reference_plans') }} as reference_plans
        on
            plans.scenario_code = reference_plans.scenario_code
            and plans.month_key // 100 = reference_plans.year

),

final as (

    select * from published
    union all
    select * from planned

)

select * from final
