-- Tabella B as printed: 8 totals of 24 columns are the sum of the items printed below them, minus those that count the other way (vertical),
-- 27 items of the nation are the sum of the 23 structures printed beside it (horizontal).
{% set vertical %}
    select
        printed.codice_struttura as structure_code,
        printed.codice_voce as item_code,
        max(printed.valore) as printed_total,
        sum(case when items.segno = parents.segno then children.valore else -children.valore end) as added_total
    from {{ ref('obiettivi_ieep_2021') }} as printed
    inner join {{ ref('ieep_voci') }} as items
        on printed.codice_voce = items.codice_padre
    inner join {{ ref('ieep_voci') }} as parents
        on printed.codice_voce = parents.codice_voce
    inner join {{ ref('obiettivi_ieep_2021') }} as children
        on
            items.codice_voce = children.codice_voce
            and printed.codice_struttura = children.codice_struttura
    group by printed.codice_struttura, printed.codice_voce
{% endset %}

{% set horizontal %}
    select
        'NAZIONALE' as structure_code,
        codice_voce as item_code,
        max(case when codice_struttura = 'NAZIONALE' then valore end) as printed_total,
        sum(case when codice_struttura <> 'NAZIONALE' then valore end) as added_total
    from {{ ref('obiettivi_ieep_2021') }}
    group by codice_voce
{% endset %}

select * from (
    {{ published_total('obiettivi_ieep_2021, verticale', vertical, comparisons=192) }}
) as vertical
union all
select * from (
    {{ published_total('obiettivi_ieep_2021, orizzontale', horizontal, comparisons=27) }}
) as horizontal
