-- One row per month of the tables that look at other months than their own. They are small enough to be made whole each
-- time; which of their months are others than at the former build is found by comparing.

with

present as (

    {% for relation in ['int_chapter_assessments', 'int_critical_backlog', 'int_deliveries'] %}
    select '{{ relation }}' as relation_name, month_key, {{ rows_digest('relations') }} as digest
    from {{ ref(relation) }} as relations
    group by month_key
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

former as (

    {{ former_rows({'relation_name': 'varchar', 'month_key': 'integer', 'digest': 'varchar'}) }}

),

final as (

    select
        coalesce(present.relation_name, former.relation_name) as relation_name,
        coalesce(present.month_key, former.month_key) as month_key,
        present.digest,
        former.digest as former_digest
    from present
    full outer join former
        on
            present.relation_name = former.relation_name
            and present.month_key = former.month_key

)

select * from final
where digest is not null or former_digest is not null
