-- The extra-regional subsidiarity agreed for the year: the pairs and volumes of the published table of 2021, month by
-- month with the seasons of the year.
with
month as (
    select unnest(range(1, 13)) as mese, unnest(getvariable('seasons')) as season
),
agreed as (
    select
        codice_sussidiante as helper, codice_sussidiata as helped,
        pezzi::bigint * 1000 // getvariable('divisor') as pieces,
    from read_csv(getvariable('acts') || '/obiettivi_sussidiarieta_2021.csv', all_varchar = true)
    where
        codice_sussidiata in (from in_scope)
        and (
            codice_sussidiante in (from in_scope)
            or codice_sussidiante not in (select root from structure where type in ('DR', 'DCM'))
        )
)
select
    getvariable('version') as versione, getvariable('year') as anno, helper as cod_struttura,
    helped as cod_struttura_sussidiata, mese,
    (pieces * season // 12 // 1000000)::integer as pezzi,
from agreed
cross join month
order by helper, helped, mese
