with

printed as (

    select * from {{ ref('obiettivi_sussidiarieta_2021') }}

),

-- The labels as printed slipped by a row in four places: the reading of each is an override.
labels as (

    select row_key, used
    from {{ ref('overrides') }}
    where
        table_code = 'obiettivi_sussidiarieta_2021'
        and column_name = 'sussidiante_nel_testo'
        and kind = 'etichetta'

),

named as (

    select
        coalesce(labels.used, printed.sussidiante_nel_testo) as provider_name,
        labels.row_key is not null as is_overridden,
        printed.codice_sussidiante || '|' || printed.codice_sussidiata as row_key,
        printed.codice_sussidiata as beneficiary_code,
        printed.pezzi,
        printed.anno,
        printed.fonte
    from printed
    left join labels
        on printed.codice_sussidiante || '|' || printed.codice_sussidiata = labels.row_key

),

codes as (

    select distinct sussidiante as provider_name, codice_sussidiante as provider_code
    from printed

),

final as (

    select
        codes.provider_code,
        named.beneficiary_code,
        cast(named.anno as integer) as year_number,
        cast(named.pezzi as decimal(18, 6)) as pieces_n,
        named.is_overridden,
        named.row_key,
        named.fonte as act
    from named
    left join codes
        on named.provider_name = codes.provider_name

)

select * from final
