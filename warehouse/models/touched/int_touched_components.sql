-- One row per domain (`subject_code`) and month whose components are computed again.

with

touched as (

    select subject_code, month_key from {{ ref('int_touched_months') }}

),

changed as (

    select relation_name, month_key
    from {{ ref('int_whole_months') }}
    where digest is distinct from former_digest

),

own_months as (

    {% for domain, source in {
        'production': 'produzione',
        'subsidiarity': 'produzione',
        'staff': 'presenze',
        'costs': 'costi',
        'results': 'risultati',
        'controls': 'controlli',
        'measures': 'misure',
    }.items() %}
    select '{{ domain }}' as subject_code, month_key from touched where subject_code = '{{ source }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

-- A month's costs stand a year later too, as those of the year before.
year_later as (

    select 'costs' as subject_code, month_key + 100 as month_key
    from touched
    where
        subject_code = 'costi'
        and month_key + 100 in (select month_key from {{ ref('fct_costs') }} where scenario_code = 'consuntivo')

),

from_other_months as (

    {% for relation, domain in {
        'int_critical_backlog': 'production',
        'int_chapter_assessments': 'costs',
        'int_deliveries': 'deliveries',
    }.items() %}
    select '{{ domain }}' as subject_code, month_key from changed where relation_name = '{{ relation }}'
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select * from own_months
    union
    select * from year_later
    union
    select * from from_other_months

)

select * from final
