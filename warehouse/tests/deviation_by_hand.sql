-- PP21: a target of 200 and an actual of 60 with polarity −1 is 70 better. 110 of 100 with polarity +1 is 10 better; of a
-- target of −50 (legal interest, say), −40 is 20 better where higher is and 20 worse where lower is.
with

cases as (

    select *
    from (
        values
        (60.0, 200.0, -1, 70.0),
        (110.0, 100.0, 1, 10.0),
        (90.0, 100.0, 1, -10.0),
        (110.0, 100.0, -1, -10.0),
        (-40.0, -50.0, 1, 20.0),
        (-40.0, -50.0, -1, -20.0),
        (5.0, 0.0, 1, null),
        (5.0, null, 1, null),
        (null, 5.0, 1, null)
    ) as given (actual, assigned, direction, expected)

)

select
    actual,
    assigned,
    direction,
    expected,
    {{ deviation_pct('actual', 'assigned', 'direction') }} as found
from cases
where {{ deviation_pct('actual', 'assigned', 'direction') }} is distinct from expected
