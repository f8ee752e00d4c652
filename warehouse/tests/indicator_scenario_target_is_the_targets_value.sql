-- Where a definition says `obiettivo: scenario`, the target of an actual is the same indicator's value under the
-- scenario of the targets, at the same node and period; what is reported there has no target of its own.
with

reported as (

    select *
    from {{ ref('ind_stored_values') }}
    where indicator_code in (
        ''
        {%- for metric in (indicators() if execute else []) if metric.config.meta.get('obiettivo') == 'scenario' %}
        , '{{ metric.name }}'
        {%- endfor %}
    )

)

select
    actuals.indicator_code,
    actuals.node_code,
    actuals.period_code,
    actuals.target,
    targets.value as target_value
from reported as actuals
left join reported as targets
    on
        targets.scenario_code = 'obiettivo'
        and actuals.indicator_code = targets.indicator_code
        and actuals.organisation_code = targets.organisation_code
        and actuals.node_code = targets.node_code
        and actuals.area_node_code = targets.area_node_code
        and actuals.period_code = targets.period_code
where
    (actuals.scenario_code = 'consuntivo' and actuals.target is distinct from targets.value)
    or (actuals.scenario_code <> 'consuntivo' and actuals.target is not null)
