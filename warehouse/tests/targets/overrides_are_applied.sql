-- An override that changes a number or a name is applied where the number is used, and nowhere else is a value changed.
with

declared as (

    select table_code, row_key, column_name
    from {{ ref('overrides') }}
    where kind = 'numero' or (kind = 'etichetta' and applied_in = 'int_published_agreements')

),

applied as (

    select table_code, row_key, column_name
    from {{ ref('int_published_rows') }}
    where is_overridden
    union all
    select 'obiettivi_sussidiarieta_2021', row_key, 'sussidiante_nel_testo'
    from {{ ref('int_published_agreements') }}
    where is_overridden

)

select
    coalesce(declared.table_code, applied.table_code) as table_code,
    coalesce(declared.row_key, applied.row_key) as row_key,
    case when applied.table_code is null then 'declared and applied nowhere' else 'applied and not declared' end as problem
from declared
full outer join applied
    on
        declared.table_code = applied.table_code
        and declared.row_key = applied.row_key
        and declared.column_name = applied.column_name
where declared.table_code is null or applied.table_code is null
