-- Every row of every table that sets targets arrives in `fct_targets`, or is counted, with its reason, in
-- `target_exclusions`; an exclusion that counts other rows than those left out is as wrong as a row dropped.
with

printed as (

    {% for table in published_tables() %}
    select '{{ table.seed }}' as table_code, cast({{ table.item }} as varchar) as item_code, count(*) as rows_n
    from {{ ref(table.seed) }}
    group by all
    union all
    {% endfor %}
    {% for seed in scenario_tables() %}
    select '{{ seed }}' as table_code, '*' as item_code, count(*) as rows_n
    from {{ ref(seed) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

printed_rows as (

    select table_code, item_code, sum(rows_n) as rows_n
    from printed
    group by table_code, item_code

),

-- A printed row has arrived when one of its targets is in the fact, under its indicator, node, area and period.
arrived as (

    select published.table_code, published.item_code, count(distinct published.column_name || '|' || published.row_key) as rows_n
    from {{ ref('int_published_targets') }} as published
    inner join {{ ref('fct_targets') }} as targets
        on
            targets.scenario_code = 'obiettivo'
            and published.indicator_code = targets.indicator_code
            and published.node_code = targets.node_code
            and published.area_node_code = targets.area_node_code
            and published.period_code = targets.period_code
            and published.target_value = targets.target_value
    group by published.table_code, published.item_code

),

excluded as (

    select table_code, item_code, sum(rows_n) as rows_n
    from {{ ref('target_exclusions') }}
    group by table_code, item_code

)

select
    coalesce(printed_rows.table_code, excluded.table_code) as table_code,
    coalesce(printed_rows.item_code, excluded.item_code) as item_code,
    printed_rows.rows_n as printed_n,
    arrived.rows_n as arrived_n,
    excluded.rows_n as excluded_n
from printed_rows
left join arrived
    on
        printed_rows.table_code = arrived.table_code
        and printed_rows.item_code = arrived.item_code
full outer join excluded
    on
        printed_rows.table_code = excluded.table_code
        and printed_rows.item_code = excluded.item_code
where coalesce(printed_rows.rows_n, 0) <> coalesce(arrived.rows_n, 0) + coalesce(excluded.rows_n, 0)
