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
        code, measured.*,
        draw('measure', root, measure, getvariable('idx')) as bits,
        draw('measure', root, measure, '') as steady_bits,
    from measured
    join in_force using (root)
),
counted as (
    select
        code, measure,
        case
            -- Premises are not drawn afresh: they keep their level and lose a thousandth every two months.
            when measure in ('MQ_LORDI', 'MQ_NETTI')
                then amount * spread(steady_bits, 1, low, high) // 1000
                    * (1000 - (getvariable('idx') - 24252) // 2) // 1000
            when has_denominator
                then amount * spread(bits, 0, 85, 115) // 100 * spread(bits, 1, low, high) // 1000
            else amount * spread(bits, 1, low, high) // 1000
        end as numerator,
        case when has_denominator then amount * spread(bits, 0, 85, 115) // 100 end as denominator,
    from drawn
    union all
    select
        root, measure,
        amount * spread(draw('measure', root, measure, getvariable('idx')), 0, 78, 118) // 100,
        case when has_denominator then amount end,
    from published_measure
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
