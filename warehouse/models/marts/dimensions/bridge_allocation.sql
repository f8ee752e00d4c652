with

versions as (

    select *
    from (
        {{ master_versions(ref('stg_allocations'), ['product_code', 'structure_type'], ['line_code']) | indent(8) }}
    ) as versioned

)

select
    product_code,
    structure_type,
    line_code,
    valid_from,
    valid_to
from versions
