with

final as (

    select
        measure_code,
        title as measure_title,
        title_en as measure_title_en,
        unit as measure_unit,
        polarity,
        area_code,
        section as measure_section,
        nature = 'stock' as is_stock,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        act
    from {{ ref('measures') }}

)

select * from final
