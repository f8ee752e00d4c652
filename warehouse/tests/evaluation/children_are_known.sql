-- A child that some extract carries is an indicator of the catalogue; an unknown one is a misspelt code.

select distinct composite_code, child_code
from {{ ref('int_evaluation_children') }}
where is_measured and not is_known
