with

final as (

    select
        measure_code,
        indicator_code,
        title as measure_title,
        title_en as measure_title_en,
        unit as measure_unit,
        polarity,
        area_code,
        section as measure_section,
        weight,
        nature as measure_nature,
        formula as measure_formula,
        nature = 'stock' as is_stock,
        nature in ('stock', 'flusso_su_stock') as is_denominator_stock,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        act
    from {{ ref('measures') }}

)

select * from final
