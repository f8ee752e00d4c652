with

final as (

    select
        profile_code,
        title as profile_title,
        is_administrative,
        is_inspector,
        valid_from,
        valid_to,
        valid_to is null as is_current,
        act
    from {{ ref('staff_profiles') }}

)

select * from final
