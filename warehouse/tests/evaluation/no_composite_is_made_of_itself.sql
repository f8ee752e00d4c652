-- A cycle climbs without end: its composites stand past the number of composites.
select composite_code, layer_n
from {{ ref('int_evaluation_tree') }}
where layer_n > (select count(*) from {{ ref('composites') }})
