-- A published target at a structure that no act names would never be found.
select targets.*
from {{ ref('fct_targets') }} as targets
left join {{ ref('strutture') }} as structures
    on targets.node_code = structures.codice
where
    targets.scenario_code = 'obiettivo'
    and targets.node_code <> 'NAZIONALE'
    and structures.codice is null
