{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'costi'}) }}
{{ parts_listed_in('int_touched_months') }}

with

costs as (

    select
        month_key,
        structure_code,
        cost_centre_code,
        cost_group_code,
        chapter_code,
        account_code,
        scenario_code,
        is_direct,
        is_production,
        cast(sum(amount_eur) as decimal(18, 2)) as amount_eur
    from {{ ref('stg_costs') }}
    group by all

),

final as (

    select
        rows.month_key,
        rows.scenario_code,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        cost_items.cost_item_key,
        rows.cost_centre_code,
        rows.cost_group_code,
        rows.chapter_code,
        rows.account_code,
        rows.is_direct,
        rows.is_production,
        rows.amount_eur
    from costs as rows
    {{ join_month() }}
    {{ join_structure() }}
    left join {{ ref('dim_cost_item') }} as cost_items
        on
            rows.chapter_code = cost_items.chapter_code
            and {{ in_force('months.reference_date', 'cost_items.valid_from', 'cost_items.valid_to') }}

)

select * from final
order by month_key, scenario_code, structure_key, chapter_code
