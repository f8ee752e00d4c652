{{ config(materialized='view') }}

with

costs as (

    select * from {{ ref('fct_costs') }}

),

classes as (

    select * from {{ ref('cost_classes') }}

),

groups as (

    select * from {{ ref('cost_groups') }}

),

transit_cost_centres as (

    select * from {{ ref('transit_cost_centres') }}

),

-- A class is that of the account where the chapter has one for it, else that of the chapter.
final as (

    select
        costs.month_key,
        costs.scenario_code,
        costs.structure_key,
        costs.structure_current_key,
        costs.chapter_code,
        coalesce(of_account.class_code, of_chapter.class_code) as cost_class_code,
        costs.is_direct,
        costs.is_production,
        transit_cost_centres.cost_centre_code is not null as is_transit_account,
        groups.is_running_cost,
        groups.is_discretionary_cost,
        groups.is_assessed_cost,
        costs.amount_eur
    from costs
    left join classes as of_account
        on
            costs.chapter_code = of_account.chapter_code
            and costs.account_code = of_account.account_code
    left join classes as of_chapter
        on
            costs.chapter_code = of_chapter.chapter_code
            and of_chapter.account_code is null
    left join groups
        on costs.cost_group_code = groups.cost_group_code
    left join transit_cost_centres
        on costs.cost_centre_code = transit_cost_centres.cost_centre_code

)

select * from final
