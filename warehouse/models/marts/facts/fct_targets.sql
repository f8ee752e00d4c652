with

published as (

    select * from {{ ref('int_published_targets') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

-- Periods of the same months have the same target: a year and its December year-to-date, a first quarter and March.
same_months as (

    select
        periods.period_code,
        twins.period_code as twin_code
    from periods
    inner join periods as twins
        on
            periods.year_number = twins.year_number
            and periods.first_month = twins.first_month
            and periods.last_month = twins.last_month

),

-- Where a table of its own and the programme both print a target (the nation's), the table's digits stand.
published_once as (

    select *
    from (
        select
            published.indicator_code,
            published.node_code,
            published.area_node_code,
            same_months.twin_code as period_code,
            published.target_value,
            published.applies_to_descendants,
            published.act,
            row_number() over (
                partition by
                    published.indicator_code, published.node_code, published.area_node_code, same_months.twin_code
                order by published.priority, published.table_code, published.row_key
            ) as choice
        from published
        inner join same_months
            on published.period_code = same_months.period_code
    ) as numbered
    where choice = 1

),

planned as (

    select
        targets.scenario_code,
        targets.indicator_code,
        targets.structure_code as node_code,
        coalesce('area_obiettivo:' || targets.target_area_code, 'TOT') as area_node_code,
        targets.period_code,
        targets.target_value,
        false as applies_to_descendants,
        'Piano Budget ' || targets.scenario_code as act
    from {{ ref('stg_plan_targets') }} as targets

),

final as (

    select
        'obiettivo' as scenario_code,
        indicator_code,
        node_code,
        area_node_code,
        period_code,
        target_value,
        applies_to_descendants,
        act
    from published_once
    union all
    select
        scenario_code,
        indicator_code,
        node_code,
        area_node_code,
        period_code,
        cast(target_value as decimal(18, 6)) as target_value,
        applies_to_descendants,
        act
    from planned

)

select * from final
