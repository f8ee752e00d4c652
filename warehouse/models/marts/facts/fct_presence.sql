{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'presenze'}) }}
{{ parts_listed_in('int_touched_months') }}

with

presence as (

    select * from {{ ref('stg_presence') }}

),

-- A person may be split over several rows: the head and the workable time are counted once,
-- on the row with most hours (ties by structure, area, function: any fixed order would do).
ranked as (

    select
        *,
        row_number() over (
            partition by month_key, person_hash
            order by present_minutes desc, structure_code, line_code, function_code
        ) = 1 as is_principal
    from presence

),

grouped as (

    select
        month_key,
        structure_code,
        line_code,
        profile_code,
        function_code,
        is_seconded,
        cast(sum({{ rounded_quotient('present_minutes', 'workable_minutes', 6) }}) as decimal(18, 6)) as fte,
        count(case when is_principal then 1 end) as teste,
        count(case when is_principal and agile_days > 0 then 1 end) as teste_agili,
        sum(present_minutes) as minuti_presenza,
        coalesce(sum(case when is_principal then workable_minutes end), 0) as minuti_lavorabili,
        sum(overtime_minutes) as minuti_straordinario,
        sum(sick_minutes) as minuti_malattia,
        coalesce(sum(case when is_principal then workable_days end), 0) as giorni_lavorabili,
        sum(present_days) as giorni_presenza,
        sum(agile_days) as giorni_agili
    from ranked
    group by month_key, structure_code, line_code, profile_code, function_code, is_seconded

),

final as (

    select
        rows.month_key,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        areas.area_key,
        rows.profile_code,
        rows.function_code,
        rows.is_seconded,
        rows.fte,
        cast(rows.teste as integer) as teste,
        cast(rows.teste_agili as integer) as teste_agili,
        cast(rows.minuti_presenza as bigint) as minuti_presenza,
        cast(rows.minuti_lavorabili as bigint) as minuti_lavorabili,
        cast(rows.minuti_straordinario as bigint) as minuti_straordinario,
        cast(rows.minuti_malattia as bigint) as minuti_malattia,
        cast(rows.giorni_lavorabili as integer) as giorni_lavorabili,
        cast(rows.giorni_presenza as integer) as giorni_presenza,
        cast(rows.giorni_agili as integer) as giorni_agili
    from grouped as rows
    {{ join_month() }}
    {{ join_structure() }}
    {{ join_area() }}

)

select * from final
order by month_key, structure_key, area_key, profile_code, function_code
