-- The bounds in force are those of the tables of the acts, forecast by forecast, in the month that the calendar of
-- the forecasts closes each with.
with

printed as (

    select
        anno as year_number,
        forecast,
        'incidenza_conto_1005' as indicator_code,
        case when soglia = 0 then 0 end as lower_bound,
        soglia as upper_bound
    from {{ ref('soglie_conto_1005') }}
    union all
    select anno, forecast, 'scostamento_forecast', scostamento_minimo, scostamento_massimo
    from {{ ref('soglie_forecast') }}
    where forecast in ('I', 'II', 'III', 'IV')
    union all
    select anno, 'IV', 'congruita_assegnazioni', null, 100 + scostamento_massimo
    from {{ ref('soglie_forecast') }}
    where forecast = 'assegnazione'
    union all
    select anno, 'IV', 'cpp_punteggio', valore, null
    from {{ ref('parametri_performance') }}
    where codice = 'CPP-OBIETTIVO'
    union all
    select anno, 'IV', 'incassi_visite_mediche_' || lower(substr(codice, 5)), null, valore
    from {{ ref('parametri_performance') }}
    where codice in ('VMC-GPA0037', 'VMC-GPA52002')
    union all
    select anno, 'IV', 'indice_deflusso', valore, null
    from {{ ref('parametri_performance') }}
    where codice = 'DEFLUSSO'

),

by_period as (

    select
        printed.*,
        printed.year_number || '-P' || lpad(cast(calendar.last_closing_month as varchar), 2, '0') as period_code
    from printed
    left join {{ ref('forecast_calendar') }} as calendar
        on printed.forecast = calendar.forecast

),

compared as (

    select
        by_period.*,
        thresholds.threshold_lower,
        thresholds.threshold_upper
    from by_period
    left join {{ ref('ind_thresholds') }} as thresholds
        on
            by_period.indicator_code = thresholds.indicator_code
            and by_period.period_code = thresholds.period_code
            and thresholds.area_node_type <> 'area_obiettivo'

)

select * from compared
where
    lower_bound is distinct from threshold_lower
    or upper_bound is distinct from threshold_upper
