with

versions as (

    select *
    from (
        {{ master_versions(
            ref('stg_structures'),
            ['structure_code'],
            [
                'structure_name', 'structure_type', 'parent_code', 'region',
                'economic_cluster', 'staff_cluster', 'complexity',
            ],
            last_known=['successor_code'],
        ) | indent(8) }}
    ) as versioned

),

-- The tree has at most four levels below one another: nation, directorate, office, agency.
-- A member's version is split wherever the version of one of its ancestors changes.
with_parent as (

    select
        versions.structure_code,
        versions.structure_name,
        versions.structure_type,
        versions.region,
        versions.economic_cluster,
        versions.staff_cluster,
        versions.complexity,
        versions.successor_code,
        parent.structure_code as parent_code,
        parent.structure_name as parent_name,
        parent.structure_type as parent_type,
        parent.parent_code as grandparent_code,
        parent.economic_cluster as parent_economic_cluster,
        parent.staff_cluster as parent_staff_cluster,
        greatest(versions.valid_from, coalesce(parent.valid_from, versions.valid_from)) as valid_from,
        least(
            coalesce(versions.valid_to, {{ open_end() }}),
            coalesce(parent.valid_to, {{ open_end() }})
        ) as closes_on
    from versions
    left join versions as parent
        on
            versions.parent_code = parent.structure_code
            and versions.valid_from <= coalesce(parent.valid_to, {{ open_end() }})
            and parent.valid_from <= coalesce(versions.valid_to, {{ open_end() }})

),

with_grandparent as (

    select
        with_parent.*,
        grandparent.structure_name as grandparent_name,
        grandparent.structure_type as grandparent_type,
        grandparent.economic_cluster as grandparent_economic_cluster,
        grandparent.staff_cluster as grandparent_staff_cluster,
        greatest(with_parent.valid_from, coalesce(grandparent.valid_from, with_parent.valid_from)) as split_from,
        least(with_parent.closes_on, coalesce(grandparent.valid_to, {{ open_end() }})) as split_closes_on
    from with_parent
    left join versions as grandparent
        on
            with_parent.grandparent_code = grandparent.structure_code
            and with_parent.valid_from <= coalesce(grandparent.valid_to, {{ open_end() }})
            and grandparent.valid_from <= with_parent.closes_on

),

levelled as (

    select
        *,
        case
            when structure_type = 'NAZ' then 'nazionale'
            when structure_type in ('DR', 'DCM') then 'direzione'
            when structure_type in ('DP', 'FM', 'FP') then 'sede'
            when structure_type = 'AG' then 'agenzia'
            else 'centrale'
        end as structure_level
    from with_grandparent
    where split_closes_on >= split_from

),

-- A directorate's own staff and costs sit at the level of its offices under a name of their own
-- ("…/PROPRIA"), so that the office level never shows a whole region beside its parts.
placed as (

    select
        structure_code,
        structure_name,
        structure_type,
        structure_level,
        region,
        complexity,
        successor_code,
        split_from as valid_from,
        nullif(split_closes_on, {{ open_end() }}) as valid_to,
        case structure_level
            when 'sede' then parent_code
            when 'agenzia' then grandparent_code
            when 'nazionale' then structure_code || '/PROPRIA'
            else structure_code
        end as directorate_code,
        case structure_level
            when 'sede' then parent_name
            when 'agenzia' then grandparent_name
            when 'nazionale' then structure_name || ' (non ripartito)'
            else structure_name
        end as directorate_name,
        case structure_level
            when 'sede' then structure_code
            when 'agenzia' then parent_code
            else structure_code || '/PROPRIA'
        end as office_code,
        case structure_level
            when 'sede' then structure_name
            when 'agenzia' then parent_name
            else structure_name || ' (struttura propria)'
        end as office_name,
        case when structure_level = 'agenzia' then structure_code else structure_code || '/PROPRIA' end as agency_code,
        case when structure_level = 'agenzia' then structure_name else structure_name || ' (struttura propria)' end as agency_name,
        case structure_level
            when 'sede' then parent_economic_cluster
            when 'agenzia' then grandparent_economic_cluster
            else economic_cluster
        end as economic_cluster,
        case structure_level
            when 'sede' then parent_staff_cluster
            when 'agenzia' then grandparent_staff_cluster
            else staff_cluster
        end as staff_cluster
    from levelled

),

keyed as (

    select
        {{ version_key('structure_code', 'valid_from') }} as structure_key,
        *,
        valid_to is null as is_current
    from placed

),

-- As-is: follow the successors to the code that continues the history today, then take its last version.
successors as (

    select distinct structure_code, successor_code
    from keyed
    where successor_code is not null

),

heirs as (

    select
        first_step.structure_code,
        coalesce(third_step.successor_code, second_step.successor_code, first_step.successor_code) as heir_code
    from successors as first_step
    left join successors as second_step
        on first_step.successor_code = second_step.structure_code
    left join successors as third_step
        on second_step.successor_code = third_step.structure_code

),

last_versions as (

    select structure_code, max(valid_from) as valid_from
    from keyed
    group by structure_code

),

final as (

    select
        keyed.structure_key,
        keyed.structure_code,
        keyed.structure_name,
        keyed.structure_type,
        keyed.structure_level,
        keyed.directorate_code,
        keyed.directorate_name,
        keyed.office_code,
        keyed.office_name,
        keyed.agency_code,
        keyed.agency_name,
        keyed.region,
        keyed.economic_cluster,
        keyed.staff_cluster,
        keyed.complexity,
        keyed.successor_code,
        coalesce(heirs.heir_code, keyed.structure_code) as current_structure_code,
        {{ version_key('last_versions.structure_code', 'last_versions.valid_from') }} as current_structure_key,
        keyed.structure_type in ('DP', 'FM', 'FP', 'AG') as is_production_structure,
        keyed.structure_type in ('DR', 'DCM') as is_directorate_structure,
        keyed.valid_from,
        keyed.valid_to,
        keyed.is_current
    from keyed
    left join heirs
        on keyed.structure_code = heirs.structure_code
    left join last_versions
        on coalesce(heirs.heir_code, keyed.structure_code) = last_versions.structure_code

)

select * from final
