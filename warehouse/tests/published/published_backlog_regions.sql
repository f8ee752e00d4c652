-- Tabella A: a region's backlog index is a weighted mean of its offices', so it stands between the lowest and the
-- highest of them: 23 regions, 4 areas.
{% set compared %}
    select
        regions.codice_struttura as structure_code,
        regions.codice_area as item_code,
        regions.valore as printed_total,
        greatest(min(offices.valore), least(max(offices.valore), regions.valore)) as added_total
    from {{ ref('obiettivi_indice_giacenza_2021') }} as regions
    inner join {{ ref('strutture') }} as structures
        on regions.codice_struttura = structures.codice_padre
    inner join {{ ref('obiettivi_indice_giacenza_2021') }} as offices
        on
            structures.codice = offices.codice_struttura
            and regions.codice_area = offices.codice_area
    group by regions.codice_struttura, regions.codice_area, regions.valore
{% endset %}

{{ published_total('obiettivi_indice_giacenza_2021', compared, comparisons=92) }}
