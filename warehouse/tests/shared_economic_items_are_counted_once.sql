-- C102, 4.5 gives one title ("Incassi da prestazioni previdenziali e assistenziali indebite") to three central
-- directorates. The reading: an amount is booked under one of the three item codes, and the nation adds them. Two
-- ways in which it would be counted more than once: a delivery that repeats one amount under each code, and a total
-- that holds more than the delivered rows.
with

shared_items as (

    select items.codice_voce as item_code
    from {{ ref('ieep_voci_2025') }} as items
    inner join (
        select voce
        from {{ ref('ieep_voci_2025') }}
        group by voce
        having count(*) > 1
    ) as titles
        on items.voce = titles.voce

),

delivered as (

    select results.*
    from {{ ref('stg_results') }} as results
    inner join shared_items
        on results.item_code = shared_items.item_code
    where results.scenario_code = 'consuntivo'

),

repeated as (

    select
        structure_code || ' ' || month_key as place,
        'one amount repeated under several codes' as problem
    from delivered
    where amount_eur <> 0
    group by structure_code, month_key, amount_eur
    having count(distinct item_code) > 1

),

by_year as (

    select
        month_key // 100 as year_number,
        sum(amount_eur) as amount_eur
    from delivered
    group by month_key // 100

),

reported as (

    select
        period_code,
        cast(sum(value) as decimal(18, 2)) as amount_eur
    from {{ ref('ind_values') }}
    where
        indicator_code in (select 'ieep_' || lower(replace(item_code, '-', '_')) from shared_items)
        and node_code = 'NAZIONALE'
        and organisation_code = 'as_was'
        and scenario_code = 'consuntivo'
        and period_code like '%-A'
    group by period_code

),

counted_again as (

    select
        reported.period_code as place,
        'reported ' || reported.amount_eur || ', delivered ' || by_year.amount_eur as problem
    from reported
    inner join by_year
        on reported.period_code = by_year.year_number || '-A'
    where reported.amount_eur <> by_year.amount_eur

)

select * from repeated
union all
select * from counted_again
