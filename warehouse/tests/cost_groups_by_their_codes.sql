-- The flags of the VDC groups, said a second time: discretionary by the last letter, assessed where the acts list chapters of
-- the group, running where these chapters are not of title II (capital: the second letter's number, 5U2…).
select cost_groups.cost_group_code
from {{ ref('cost_groups') }} as cost_groups
left join (
    select gruppo_vdc as cost_group_code, bool_or(capitolo like '_U2%') as is_capital
    from {{ ref('capitoli_spesa') }}
    where ambito = 'strutture territoriali'
    group by gruppo_vdc
) as listed
    on cost_groups.cost_group_code = listed.cost_group_code
where
    cost_groups.is_discretionary_cost <> (cost_groups.cost_group_code like '%\_D' escape '\')
    or cost_groups.is_assessed_cost <> (listed.cost_group_code is not null)
    or cost_groups.is_running_cost = coalesce(listed.is_capital, false)
union all
select gruppo_vdc
from {{ ref('capitoli_spesa') }}
where
    ambito = 'strutture territoriali'
    and gruppo_vdc not in (select cost_group_code from {{ ref('cost_groups') }})
