-- PP21, IEEP, and Circolare 102/2024, 4.5: of all items, only legal interest that the institute pays counts negative.
select 'ieep_voci' as seed, codice_voce, voce, segno
from {{ ref('ieep_voci') }}
where (segno = '-') <> (lower(voce) like 'interessi legali%')
union all
select 'ieep_voci_2025' as seed, codice_voce, voce, segno
from {{ ref('ieep_voci_2025') }}
where (segno = '-') <> (lower(voce) like '%interessi legali%')
