-- Weights are read by their code: two rows with one code would be read for each other.
select codice
from {{ ref('pesi_performance') }}
group by codice
having count(*) > 1
