-- PP21, Allegato tecnico, Produzione lorda: 23.291.060 points net of labour inspection, as the plan reached the facts;
-- and, as printed, every node of the tree is the sum of those below it but for roundings.
{% set reached %}
    select
        'NAZIONALE' as structure_code,
        'TOT' as item_code,
        max(printed.valore) as printed_total,
        max(plan.total) as added_total
    from {{ ref('obiettivi_produzione_2021') }} as printed
    cross join (
        select sum(definito_om) as total
        from {{ ref('fct_components') }}
        where scenario_code = 'obiettivo' and month_key = 202100 and is_production_area
    ) as plan
    where printed.codice_area = 'TOT'
{% endset %}

{% set tree %}
    select
        'NAZIONALE' as structure_code,
        parents.codice_area as item_code,
        max(parents.valore) as printed_total,
        sum(children.valore) as added_total
    from {{ ref('obiettivi_produzione_2021') }} as parents
    inner join {{ ref('obiettivi_produzione_2021') }} as children
        on parents.codice_area = children.codice_padre
    group by parents.codice_area
    union all
    -- A macro-area with a part outside the total counts by its other parts.
    select
        'NAZIONALE',
        'TOT',
        max(totals.valore),
        sum(coalesce(parts.included, areas.valore))
    from {{ ref('obiettivi_produzione_2021') }} as areas
    left join (
        select codice_padre, sum(case when compreso_nel_totale = 1 then valore end) as included
        from {{ ref('obiettivi_produzione_2021') }}
        group by codice_padre
        having min(compreso_nel_totale) = 0
    ) as parts
        on areas.codice_area = parts.codice_padre
    cross join (select valore from {{ ref('obiettivi_produzione_2021') }} where codice_area = 'TOT') as totals
    where areas.livello = 'macroarea'
{% endset %}

select * from (
    {{ published_total('obiettivi_produzione_2021, arrivato', reached, comparisons=1) }}
) as reached
union all
select * from (
    {{ published_total('obiettivi_produzione_2021', tree, comparisons=10) }}
) as tree
