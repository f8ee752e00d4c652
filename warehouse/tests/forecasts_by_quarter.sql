-- C102, 5.4.1 (and PP21 in the same words): the nth forecast is that of the nth quarter; I to III tolerate 5 per cent more,
-- IV 5 per cent either way.
with

said (forecast, scenario_code, first_closing_month, last_closing_month, lowest_pct) as (

    values
    ('I', 'forecast_1', 1, 3, null),
    ('II', 'forecast_2', 4, 6, null),
    ('III', 'forecast_3', 7, 9, null),
    ('IV', 'forecast_4', 10, 12, -5)

),

acts (year_number) as (

    values (2021), (2025)

)

select said.forecast, 'calendar' as seed
from said
left join {{ ref('forecast_calendar') }} as calendar
    on
        said.forecast = calendar.forecast
        and said.scenario_code = calendar.scenario_code
        and said.first_closing_month = calendar.first_closing_month
        and said.last_closing_month = calendar.last_closing_month
where calendar.forecast is null
union all
select said.forecast, 'thresholds' as seed
from said
cross join acts
left join {{ ref('soglie_forecast') }} as thresholds
    on
        said.forecast = thresholds.forecast
        and acts.year_number = thresholds.anno
        and said.lowest_pct is not distinct from thresholds.scostamento_minimo
        and thresholds.scostamento_massimo = 5
where thresholds.forecast is null
union all
select forecast, 'a forecast more' as seed
from {{ ref('forecast_calendar') }}
where forecast not in (select forecast from said)
