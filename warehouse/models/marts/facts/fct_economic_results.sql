{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'risultati'}) }}
{{ parts_listed_in('int_touched_months') }}

with

monthly as (

    select
        month_key,
        structure_code,
        item_code,
        scenario_code,
        cast(sum(amount_eur) as decimal(18, 2)) as amount_eur
    from {{ ref('stg_results') }}
    group by month_key, structure_code, item_code, scenario_code

),

-- Tabella B: the 2021 targets are per directorate and year; a blank cell stays unknown.
published as (

    select
        cast(anno as integer) * 100 as month_key,
        codice_struttura as structure_code,
        codice_voce as item_code,
        'obiettivo' as scenario_code,
        cast(valore as decimal(18, 2)) as amount_eur
    from {{ ref('obiettivi_ieep_2021') }}
    where
        codice_struttura <> 'NAZIONALE'
        and codice_voce in (select item_code from {{ ref('dim_economic_item') }})
        and valore is not null

),

results as (

    select * from monthly
    union all
    select * from published

),

final as (

    select
        rows.month_key,
        rows.scenario_code,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        rows.item_code,
        items.level_two_code,
        items.section_code,
        items.section_weight_pct,
        rows.amount_eur,
        cast(rows.amount_eur * items.item_sign as decimal(18, 2)) as signed_amount_eur
    from results as rows
    {{ join_month() }}
    {{ join_structure() }}
    left join {{ ref('dim_economic_item') }} as items
        on
            rows.item_code = items.item_code
            and {{ in_force('months.reference_date', 'items.valid_from', 'items.valid_to') }}

)

select * from final
order by month_key, scenario_code, structure_key, item_code
