-- A balance is delivered with the balance of the end of the year before: it is the one delivered for that December.
with

balances as (

    select months.year_number, months.month_number, measures.structure_current_key, measures.measure_code, measures.numerator, measures.denominator
    from {{ ref('fct_measures') }} as measures
    inner join {{ ref('dim_month') }} as months
        on measures.month_key = months.month_key
    where measures.measure_code like 'SALDO_%'

)

select later.year_number, later.month_number, later.structure_current_key, later.measure_code, later.denominator, december.numerator
from balances as later
inner join balances as december
    on
        later.year_number = december.year_number + 1
        and december.month_number = 12
        and later.structure_current_key = december.structure_current_key
        and later.measure_code = december.measure_code
where later.denominator is distinct from december.numerator
