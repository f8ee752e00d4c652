-- C102 §3.4: points beyond the critical days (twice the national target of Tabella A) of the mean monthly intake of the
-- last twelve months, line by line and structure by structure, over all points in stock at the closing month, × 100.
with

lines as (

    select
        f.month_key, f.structure_key, any_value(f.structure_current_key) as structure_current_key,
        own.structure_code, a.line_code, a.target_area_code,
        (f.month_key // 100) * 12 + f.month_key % 100 as number,
        sum(f.giacenza_finale_om) as stock, sum(f.pervenuto_om) as received
    from marts.fct_production as f
    join marts.dim_structure as own on own.structure_key = f.structure_key
    join marts.dim_area as a using (area_key)
    where f.scenario_code = 'consuntivo' and f.service_mode = 'P'
    group by f.month_key, f.structure_key, own.structure_code, a.line_code, a.target_area_code

),

tolerated as (

    select now.*, avg(past.received) * any_value(
        case now.target_area_code when 'PSI' then 60 when 'GCAI' then 256 when 'FLUSSI' then 218 when 'ALTRE' then 150 end
    ) / 30 as points
    from lines as now
    join lines as past
        on
            past.structure_code = now.structure_code
            and past.line_code = now.line_code
            and past.number between now.number - 11 and now.number
    where now.month_key = $closing
    group by all

)

select
    $node as node,
    100 * sum(cast(round(greatest(f.stock - f.points, 0), 4) as decimal(18, 4))) / nullif(sum(f.stock), 0) as value
from tolerated as f
join marts.dim_structure as s on s.structure_key = f.$key
group by all
