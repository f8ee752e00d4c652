-- C102, 4.5: payments of legal interest are what the tree of 2025 subtracts, as that of 2021 did; all else adds.
select codice_voce, voce, segno
from {{ ref('ieep_voci_2025') }}
where segno <> case when voce like '%interessi legali%' then '-' else '+' end
