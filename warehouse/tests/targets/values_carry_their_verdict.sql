-- In `ind_values`: an actual with a value has a verdict exactly where an act sets a bound for it. A verdict looks at the
-- value, whatever the organisation it stands under: one of them is enough to read.
select
    reported.indicator_code,
    reported.node_code,
    reported.area_node_code,
    reported.period_code,
    reported.value,
    reported.verdict
from {{ ref('ind_values') }} as reported
left join {{ ref('ind_thresholds') }} as thresholds
    on
        reported.indicator_code = thresholds.indicator_code
        and reported.area_node_type = thresholds.area_node_type
        and reported.period_code = thresholds.period_code
where
    reported.organisation_code = 'as_was'
    and (
        (reported.verdict is not null) <> (
            thresholds.indicator_code is not null
            and reported.scenario_code = 'consuntivo'
            and reported.value is not null
        )
        or reported.verdict not in ('entro', 'oltre')
    )
