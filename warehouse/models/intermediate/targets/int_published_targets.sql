with

published_rows as (

    select * from {{ ref('int_published_rows') }}

),

-- A cluster's row holds for the offices of its size; which offices those are is a reading (size_classes).
offices_by_cluster as (

    select distinct
        clusters.cluster_code,
        offices.codice as structure_code
    from (select distinct cluster_code from published_rows where structure_code is null) as clusters
    inner join {{ ref('size_classes') }} as classes
        on left(clusters.cluster_code, 2) = classes.size_class
    inner join {{ ref('strutture') }} as offices
        on
            classes.structure_type = offices.tipo
            and coalesce(classes.complexity, '') = coalesce(offices.complessita, '')

),

mapped as (

    select
        published_rows.*,
        target_map.indicator_code,
        target_map.area_node_code,
        target_map.applies_to_descendants,
        target_map.kind,
        case target_map.node_rule
            when 'stampato' then published_rows.structure_code
            when 'cluster' then offices_by_cluster.structure_code
            when 'NAZIONALE' then 'NAZIONALE'
        end as node_code
    from published_rows
    inner join {{ ref('target_map') }} as target_map
        on
            published_rows.table_code = target_map.table_code
            and published_rows.item_code = target_map.item_code
    left join offices_by_cluster
        on
            target_map.node_rule = 'cluster'
            and published_rows.cluster_code = offices_by_cluster.cluster_code

),

-- A published quantity is the denominator of a realisation, whose target is all of it.
valued as (

    select
        *,
        case kind
            when 'valore' then used_value
            when 'quantita' then case when used_value is not null then 100 end
            when 'percento_obiettivo' then cast(cast(used_value as decimal(38, 6)) * base_value / 100 as decimal(18, 6))
            when 'obiettivo_annuo' then case when quarter_number = 4 then base_value end
        end as target_value
    from mapped

),

final as (

    select
        table_code,
        column_name,
        row_key,
        item_code,
        indicator_code,
        node_code,
        area_node_code,
        year_number,
        quarter_number,
        case
            when quarter_number is null then year_number || '-A'
            else year_number || '-P' || lpad(cast(quarter_number * 3 as varchar), 2, '0')
        end as period_code,
        kind,
        cast(target_value as decimal(18, 6)) as target_value,
        used_value,
        unit,
        applies_to_descendants,
        -- A table of its own comes before the quarterly programme, whose numbers it repeats for the nation.
        case when quarter_number is null then 1 else 2 end as priority,
        act
    from valued
    where target_value is not null and node_code is not null

)

select * from final
