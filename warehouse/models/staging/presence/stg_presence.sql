with

source as (

    select * from {{ source('raw', 'hr_pres') }}

),

renamed as (

    select
        periodo as month_key,
        matricola as person_hash,
        cod_struttura as structure_code,
        cod_area as line_code,
        profilo as profile_code,
        funzione as function_code,
        comandato = 'S' as is_seconded,
        part_time_pct,
        ore_lavorabili as workable_minutes,
        ore_presenza as present_minutes,
        ore_straordinario as overtime_minutes,
        ore_malattia as sick_minutes,
        ore_altre_assenze as other_absence_minutes,
        giorni_lavorabili as workable_days,
        giorni_presenza as present_days,
        giorni_agili as agile_days,
        _delivery as delivery_code
    from source

)

select * from renamed
