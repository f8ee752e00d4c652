-- One row: whether everything is computed again, and why.

with

{% if is_build_of_changes() %}
changed_inputs as (

    select relation_name || ' changed' as reason
    from {{ ref('int_fixed_inputs') }}
    where digest is distinct from former_digest

),

changed_files as (

    select table_name, delivery_code
    from {{ ref('int_raw_files') }}
    where
        sha256 is distinct from former_sha256
        and table_name in (
            {%- for tables in monthly_extracts().values() -%}
            '{{ tables.keys() | join("', '") }}'{{ ', ' if not loop.last }}
            {%- endfor -%}
        )

),

-- A file without a month of its own: empty, or of another delivery than its name says.
unknown_files as (

    select 'the months of ' || changed_files.table_name || ' ' || changed_files.delivery_code || ' are unknown' as reason
    from changed_files
    left join {{ ref('int_delivered_months') }} as months
        on
            changed_files.table_name = months.table_name
            and changed_files.delivery_code = months.delivery_code
    where months.month_key is null

),

reasons as (

    select reason from changed_inputs
    union all
    select reason from unknown_files

),
{% else %}
-- depends_on: {{ ref('int_fixed_inputs') }}, {{ ref('int_raw_files') }}, {{ ref('int_delivered_months') }}
reasons as (

    select 'not a build of changes' as reason

),
{% endif %}

final as (

    select
        count(*) > 0 as is_full,
        string_agg(reason, '; ' order by reason) as reason
    from reasons

)

select * from final
