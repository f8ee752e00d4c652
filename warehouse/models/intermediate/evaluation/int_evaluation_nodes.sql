{{ config(meta={'touches': 'whole'}) }}

-- One row per organisation, period and node of directorate or office level: the directorate it stands under and its
-- cluster at the period's end (today's, as-is). A node that closed before the end keeps what it had last.

with

structures as (

    select * from {{ ref('dim_structure') }}

),

periods as (

    select * from {{ ref('dim_period') }}

),

reported_periods as (

    select distinct period_code from {{ ref('int_evaluation_inputs') }}

),

node_versions as (

    select
        directorate_code as node_code,
        'direzione' as node_level,
        directorate_code,
        economic_cluster,
        valid_from
    from structures
    where structure_level in ('direzione', 'centrale')
    union all
    select
        office_code as node_code,
        'sede' as node_level,
        directorate_code,
        economic_cluster,
        valid_from
    from structures
    where structure_level in ('direzione', 'centrale', 'sede')

),

as_was as (

    select
        'as_was' as organisation_code,
        periods.period_code,
        node_versions.*,
        row_number() over (
            partition by periods.period_code, node_versions.node_level, node_versions.node_code
            order by node_versions.valid_from desc
        ) as version_n
    from node_versions
    inner join periods
        on node_versions.valid_from <= periods.period_end_date
    inner join reported_periods
        on periods.period_code = reported_periods.period_code

),

as_is as (

    select
        'as_is' as organisation_code,
        reported_periods.period_code,
        node_versions.*,
        row_number() over (
            partition by reported_periods.period_code, node_versions.node_level, node_versions.node_code
            order by node_versions.valid_from desc
        ) as version_n
    from node_versions
    cross join reported_periods

),

organisations as (

    select * from as_was
    union all
    select * from as_is

),

final as (

    select organisation_code, period_code, node_code, node_level, directorate_code, economic_cluster
    from organisations
    where version_n = 1

)

select * from final
