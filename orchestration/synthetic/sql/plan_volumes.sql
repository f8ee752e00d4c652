-- The volumes of a plan, in points: an even growth on the mean month, backlogs that come down from 3 % above the
-- target days to 3 % below, and the people that 118 points a head need. By directorate and line, or (`is_detailed`)
-- by structure and line.
with
month as (
    select
        unnest(range(1, 13)) as mese,
        unnest(getvariable('seasons')) as season,
        make_date(getvariable('year'), unnest(range(1, 13))::integer, 1) as first_day,
),
in_force as (
    select mese, root, code, case when type in ('DR', 'DCM') then code else parent end as region
    from structure_version
    join month
        on from_date <= first_day and coalesce(to_date, date '9999-12-31') >= first_day
),
site as (
    select root as site, root from structure where type <> 'AG'
    union all
    select office, code from agency
),
mean as (
    select
        site.site as root, cell.line,
        sum(points)::bigint * (1000 + (getvariable('year') - 2021) * 7 + 4) // 1000 as received,
        sum(planned_stock)::bigint as stock,
    from cell
    join site using (root)
    where cell.from_date <= make_date(getvariable('year'), 1, 1)
    group by all
),
placed as (
    select
        case when getvariable('is_detailed') then code else region end as place, mean.line, month.mese,
        sum(
            received * season // 1000
                * spread(draw(getvariable('version'), mean.root, mean.line, getvariable('year')), 0, 98, 104) // 100
        )::bigint as received,
        sum(stock * (1030 - (month.mese - 1) * 5) // 1000)::bigint as opening,
        sum(stock * (1030 - month.mese * 5) // 1000)::bigint as closing,
    from mean
    join in_force using (root)
    join month using (mese)
    group by all
)
select
    getvariable('version') as versione, getvariable('year') as anno, place as cod_struttura, line as cod_linea, mese,
    points_of(closing) as giacenza_om, points_of(received) as pervenuto_om,
    points_of(opening + received - closing) as definito_om, points_of((opening + received - closing) // 118)
        as risorse_fte,
from placed
order by place, line, mese
