with

published_tables as (

    select
        'indice_giacenza' as indicator_code,
        codice_struttura as node_code,
        'area_obiettivo:' || codice_area as area_node_code,
        anno as year_number,
        valore as target_value,
        fonte as act
    from {{ ref('obiettivi_indice_giacenza_2021') }}
    union all
    select 'redditivita', codice_struttura, 'TOT', anno, valore, fonte
    from {{ ref('obiettivi_redditivita_2021') }}
    union all
    select
        case codice_indicatore
            when '1' then 'incidenza_costi_diretti'
            when '2' then 'incidenza_costo_produzione'
            when '3' then 'costo_punto_omogeneizzato'
        end,
        codice_struttura, 'TOT', anno, valore, fonte
    from {{ ref('obiettivi_indicatori_economici_2021') }}
    union all
    select 'quota_personale_produzione', codice_struttura, 'TOT', anno, valore, fonte
    from {{ ref('obiettivi_personale_2021') }}
    where codice_indicatore = 'produzione' and codice_struttura is not null

),

published_annual as (

    select
        indicator_code,
        node_code,
        area_node_code,
        year_number || '-A' as period_code,
        cast(target_value as decimal(18, 6)) as target_value,
        false as applies_to_descendants,
        1 as priority,
        act
    from published_tables

),

-- The quarterly programme is cumulative: the quarter's value is that of the year to its last month.
quarterly_programme as (

    select
        mapped.indicator_code,
        'NAZIONALE' as node_code,
        mapped.area_node_code,
        programme.anno || '-P' || lpad(cast(programme.trimestre * 3 as varchar), 2, '0') as period_code,
        cast(programme.programmato as decimal(18, 6)) as target_value,
        mapped.applies_to_descendants,
        2 as priority,
        programme.fonte as act
    from {{ ref('obiettivi_trimestrali_2021') }} as programme
    inner join {{ ref('quarterly_programme_map') }} as mapped
        on programme.codice_indicatore = mapped.codice_indicatore
    where programme.programmato is not null

),

annual as (

    select * from published_annual
    union all
    select
        indicator_code,
        node_code,
        area_node_code,
        replace(period_code, 'P12', 'A') as period_code,
        target_value,
        applies_to_descendants,
        priority,
        act
    from quarterly_programme
    where period_code like '%-P12'

),

-- A year and its December year-to-date are the same months.
annual_as_year_to_date as (

    select
        indicator_code,
        node_code,
        area_node_code,
        replace(period_code, '-A', '-P12') as period_code,
        target_value,
        applies_to_descendants,
        priority,
        act
    from annual

),

published as (

    select * from annual
    union all
    select * from annual_as_year_to_date
    union all
    select * from quarterly_programme
    where period_code not like '%-P12'

),

-- Where a table of its own and the programme both print a target (the nation's), the table's digits stand.
published_once as (

    select *
    from (
        select
            *,
            row_number() over (
                partition by indicator_code, node_code, area_node_code, period_code
                order by priority
            ) as choice
        from published
    ) as numbered
    where choice = 1

),

planned as (

    select
        targets.scenario_code,
        targets.indicator_code,
        targets.structure_code as node_code,
        coalesce('area_obiettivo:' || targets.target_area_code, 'TOT') as area_node_code,
        targets.period_code,
        targets.target_value,
        false as applies_to_descendants,
        'Piano Budget ' || targets.scenario_code as act
    from {{ ref('stg_plan_targets') }} as targets

),

final as (

    select
        'obiettivo' as scenario_code,
        indicator_code,
        node_code,
        area_node_code,
        period_code,
        target_value,
        applies_to_descendants,
        act
    from published_once
    union all
    select
        scenario_code,
        indicator_code,
        node_code,
        area_node_code,
        period_code,
        cast(target_value as decimal(18, 6)) as target_value,
        applies_to_descendants,
        act
    from planned

)

select * from final
