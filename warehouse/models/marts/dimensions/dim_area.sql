with

lines as (

    select * from {{ ref('line_registry') }}

),

nodes as (

    select codice as node_code, nome as node_name, livello as node_level, codice_padre as parent_code
    from {{ ref('aree_produzione') }}

),

named as (

    select
        lines.line_code,
        coalesce(lines.line_name, own.node_name) as line_name,
        lines.target_area_code,
        lines.is_production_area,
        lines.is_productivity_area,
        lines.is_support_area,
        lines.valid_from,
        lines.valid_to,
        lines.act,
        lines.is_reading,
        parent.node_code as parent_code,
        parent.node_name as parent_name,
        parent.node_level as parent_level,
        grandparent.node_code as grandparent_code,
        grandparent.node_name as grandparent_name
    from lines
    left join nodes as own
        on lines.line_code = own.node_code
    left join nodes as parent
        on lines.parent_code = parent.node_code
    left join nodes as grandparent
        on parent.parent_code = grandparent.node_code

),

target_areas as (

    select distinct codice_area as target_area_code, area as target_area_name
    from {{ ref('obiettivi_indice_giacenza_2021') }}

),

placed as (

    select
        {{ version_key('line_code', 'valid_from') }} as area_key,
        line_code,
        line_name,
        -- A line that hangs straight from a macro-area is its own area (Tabella della produzione lorda).
        case when parent_level = 'area' then parent_code else line_code end as area_code,
        case when parent_level = 'area' then parent_name else line_name end as area_name,
        coalesce(case when parent_level = 'area' then grandparent_code else parent_code end, line_code) as macroarea_code,
        coalesce(case when parent_level = 'area' then grandparent_name else parent_name end, line_name) as macroarea_name,
        named.target_area_code,
        target_areas.target_area_name,
        is_production_area,
        is_productivity_area,
        is_support_area,
        is_reading,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        act
    from named
    left join target_areas
        on named.target_area_code = target_areas.target_area_code

),

not_recorded as (

    select
        'NR' as area_key,
        'NR' as line_code,
        'Non rilevata' as line_name,
        'NR' as area_code,
        'Non rilevata' as area_name,
        'NR' as macroarea_code,
        'Non rilevata' as macroarea_name,
        cast(null as varchar) as target_area_code,
        cast(null as varchar) as target_area_name,
        false as is_production_area,
        false as is_productivity_area,
        false as is_support_area,
        false as is_reading,
        cast('1900-01-01' as date) as valid_from,
        cast(null as date) as valid_to,
        true as is_current,
        cast(null as varchar) as act

),

final as (

    select * from placed
    union all
    select * from not_recorded

)

select * from final
