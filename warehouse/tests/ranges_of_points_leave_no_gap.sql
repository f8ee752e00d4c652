-- PP21, Controllo del Processo Produttivo: the printed ranges of each index follow each other by one unit of what is
-- printed (1, or 0.01 beside a half), from 0 to 100 or without end; the highest points of the four add up to 24.
with

ordered as (

    select
        codice_indicatore,
        fascia,
        da,
        a,
        lag(a) over (partition by codice_indicatore order by da) as former_a
    from {{ ref('cpp_punteggi') }}

),

best as (

    select sum(points) as total
    from (
        select codice_indicatore, max(punti) as points
        from {{ ref('cpp_punteggi') }}
        group by codice_indicatore
    ) as highest

)

select codice_indicatore, fascia, da, a, former_a
from ordered
where coalesce(round(da - former_a, 2), case when da = 0 then 1 end, -1) not in (1, 0.01) or a > 100
union all
select codice_indicatore, null, null, max(a), null
from ordered
group by codice_indicatore
having max(a) <> 100 and count(*) = count(a)
union all
select 'all', null, total, null, null
from best
where total <> 24
