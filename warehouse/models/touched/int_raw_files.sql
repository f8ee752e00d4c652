-- One row per file of the raw tables: its content now, and at the former build.

with

present as (

    select
        string_split(filename, '/')[-2] as table_name,
        parse_filename(filename, true) as delivery_code,
        sha256(content) as sha256
    from read_blob('{{ env_var("CRUSCOTTO_RAW", "../var/raw") }}/*/*.parquet')

),

former as (

    {{ former_rows({'table_name': 'varchar', 'delivery_code': 'varchar', 'sha256': 'varchar'}) }}

),

final as (

    select
        coalesce(present.table_name, former.table_name) as table_name,
        coalesce(present.delivery_code, former.delivery_code) as delivery_code,
        present.sha256,
        former.sha256 as former_sha256
    from present
    full outer join former
        on
            present.table_name = former.table_name
            and present.delivery_code = former.delivery_code

)

select * from final
where sha256 is not null or former_sha256 is not null
