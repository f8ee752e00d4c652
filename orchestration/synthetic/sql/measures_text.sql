-- The month's elementary measures as JSON Lines.
with
in_force as (
    select root, code
    from structure_version
    where
        from_date <= getvariable('first_day')
        and coalesce(to_date, date '9999-12-31') >= getvariable('first_day')
),
drawn as (
    select
        in_force.code, measured.*,
        draw('measure', root, measure, getvariable('idx')) as bits,
        draw('measure', root, measure, '') as steady_bits,
    from measured
    join in_force using (root)
    where
        measured.from_date <= getvariable('first_day')
        and coalesce(measured.to_date, date '9999-12-31') >= getvariable('first_day')
),
weighed as (
    -- A flow has its month's volume; a level, or a year's programme, stays what it is.
    select *, case nature when 'flusso' then amount * spread(bits, 0, 85, 115) // 100 else amount end as base
    from drawn
),
counted as (
    select
        code, measure,
        case
            -- Premises are not drawn afresh: they keep their level and lose a thousandth every two months.
            when nature = 'stock' and formula = ''
                then amount * spread(steady_bits, 1, low, high) // 1000
                    * (1000 - (getvariable('idx') - 24252) // 2) // 1000
            else whole(base * spread(bits, 1, low, high), bits, 2)
        end as numerator,
        case when has_denominator then base end as denominator,
    from weighed
    union all
    select code, measure, numerator, denominator from finance_measure_of_month
)
select
    string_agg(
        '{"periodo":"' || getvariable('year') || '-' || lpad(getvariable('month')::varchar, 2, '0')
            || '","struttura":"' || code || '","misura":"' || measure || '","numeratore":' || numerator
            || ',"denominatore":' || coalesce(denominator::varchar, 'null') || '}',
        chr(10) order by code, measure
    ) as text,
    count(*) as rows,
    sum(numerator)::bigint as numeratore,
from counted
