-- One row per delivery of a monthly extract and month that it has rows of, now or at the former build.

with

present as (

    {% for source, tables in monthly_extracts().items() %}
    {% set is_last_source = loop.last %}
    {% for table, staged in tables.items() %}
    select distinct
        '{{ source }}' as source_code,
        '{{ table }}' as table_name,
        delivery_code,
        month_key
    from {{ ref(staged) }}
    {{ 'union all' if not (is_last_source and loop.last) }}
    {% endfor %}
    {% endfor %}

),

former as (

    select source_code, table_name, delivery_code, month_key
    from (
        {{ former_rows({
            'source_code': 'varchar', 'table_name': 'varchar', 'delivery_code': 'varchar', 'month_key': 'integer',
            'is_delivered': 'boolean',
        }) }}
    ) as known
    where is_delivered

),

final as (

    select
        coalesce(present.source_code, former.source_code) as source_code,
        coalesce(present.table_name, former.table_name) as table_name,
        coalesce(present.delivery_code, former.delivery_code) as delivery_code,
        coalesce(present.month_key, former.month_key) as month_key,
        present.month_key is not null as is_delivered
    from present
    full outer join former
        on
            present.source_code = former.source_code
            and present.table_name = former.table_name
            and present.delivery_code = former.delivery_code
            and present.month_key = former.month_key

)

select * from final
