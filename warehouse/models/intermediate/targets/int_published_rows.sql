with

overrides as (

    select table_code, row_key, column_name, cast(used as decimal(18, 6)) as used_value
    from {{ ref('overrides') }}
    where kind = 'numero'

),

printed as (

    {% for table in published_tables() %}
    select
        '{{ table.seed }}' as table_code,
        '{{ table.value }}' as column_name,
        {{ table.row_key }} as row_key,
        cast({{ table.item }} as varchar) as item_code,
        {{ table.structure }} as structure_code,
        {{ table.get('cluster', 'null') }} as cluster_code,
        cast({{ table.get('year', 'anno') }} as integer) as year_number,
        cast({{ table.get('quarter', 'null') }} as integer) as quarter_number,
        cast({{ table.value }} as decimal(18, 6)) as printed_value,
        cast({{ table.get('base', 'null') }} as decimal(18, 6)) as base_value,
        {{ table.get('unit', 'unita') }} as unit,
        fonte as act
    from {{ ref(table.seed) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        printed.table_code,
        printed.column_name,
        printed.row_key,
        printed.item_code,
        printed.structure_code,
        printed.cluster_code,
        printed.year_number,
        printed.quarter_number,
        printed.printed_value,
        coalesce(overrides.used_value, printed.printed_value) as used_value,
        overrides.used_value is not null as is_overridden,
        printed.base_value,
        printed.unit,
        printed.act
    from printed
    left join overrides
        on
            printed.table_code = overrides.table_code
            and printed.row_key = overrides.row_key
            and printed.column_name = overrides.column_name

)

select * from final
