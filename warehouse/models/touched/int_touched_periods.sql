-- One row per period to compute again, and for what (`subject_code`): a domain's terms, the indicators' `values`, the
-- `evaluation` of composites. `evaluation_inputs` are the periods that this one reads.

with recursive

touched as (

    select * from {{ ref('int_touched_components') }}

),

by_domain as (

    select distinct touched.subject_code, period_months.period_code
    from touched
    inner join {{ ref('bridge_period') }} as period_months
        on touched.month_key = period_months.month_key

),

any_domain as (

    select distinct period_code from by_domain

),

periods as (

    select period_code, previous_year_period_code from {{ ref('dim_period') }}

),

-- A composite may be measured against itself a year before, and so on.
evaluated as (

    select period_code from any_domain
    union
    select periods.period_code
    from evaluated
    inner join periods
        on evaluated.period_code = periods.previous_year_period_code

),

read_periods as (

    select period_code from evaluated
    union
    select periods.previous_year_period_code as period_code
    from read_periods
    inner join periods
        on read_periods.period_code = periods.period_code

),

final as (

    select subject_code, period_code from by_domain
    union all
    select 'values' as subject_code, period_code from any_domain
    union all
    select 'evaluation' as subject_code, period_code from evaluated
    union all
    select 'evaluation_inputs' as subject_code, period_code from read_periods

)

select * from final
