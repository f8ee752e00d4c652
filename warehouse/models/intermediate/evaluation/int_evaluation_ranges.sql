-- One row per range of a score: printed bounds are whole numbers, read half-open, so that a value belongs to the
-- first range whose upper bound it does not exceed.

with

printed as (

    select * from {{ ref('cpp_punteggi') }}

),

final as (

    select
        codice_indicatore as range_code,
        coalesce(
            lag(cast(a as double)) over (partition by codice_indicatore order by a nulls last),
            cast(da as double)
        ) as lower_bound,
        cast(a as double) as upper_bound,
        row_number() over (partition by codice_indicatore order by a nulls last) = 1 as is_first,
        cast(punti as integer) as points
    from printed

)

select * from final
