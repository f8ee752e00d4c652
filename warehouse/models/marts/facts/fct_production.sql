{{ config(materialized='parts', meta={'touches': 'month', 'touched_in': 'int_touched_months', 'touched_for': 'produzione'}) }}
{{ parts_listed_in('int_touched_months') }}

{% set pieces = [
    'giacenza_iniziale', 'pervenuto', 'definito', 'definito_accolto', 'definito_respinto',
    'definito_automatizzato', 'rettifiche', 'giacenza_finale',
] %}
{% set points = [
    'giacenza_iniziale_om', 'pervenuto_om', 'definito_om', 'definito_automatizzato_om', 'giacenza_finale_om',
] %}
{% set measures = {} %}
{% for name in pieces %}
    {% do measures.update({name: 'integer'}) %}
{% endfor %}
{% do measures.update({'homogenisation_coefficient': 'decimal(9, 4)'}) %}
{% for name in points %}
    {% do measures.update({name: 'decimal(18, 4)'}) %}
{% endfor %}
{% set actual_measures = {'homogenisation_coefficient': 'products.homogenisation_coefficient'} %}
{% for name in pieces %}
    {% do actual_measures.update({name: 'rows.' ~ name}) %}
{% endfor %}
{% for name in points %}
    {% do actual_measures.update({name: 'rows.' ~ name[:-3] ~ ' * products.homogenisation_coefficient'}) %}
{% endfor %}
{% set plan_measures = {} %}
{% for name in ['pervenuto_om', 'definito_om', 'giacenza_finale_om'] %}
    {% do plan_measures.update({name: 'rows.' ~ name}) %}
{% endfor %}

with

actuals as (

    select * from {{ ref('stg_production') }}

),

plan_volumes as (

    select * from {{ ref('stg_plan_volumes') }}

),

-- The 2021 plan is published for the nation and the year only, so it stands on the whole-year entry.
published_plan as (

    select
        cast(anno as integer) * 100 as month_key,
        codice_area as line_code,
        cast(valore as decimal(18, 4)) as definito_om
    from {{ ref('obiettivi_produzione_2021') }}
    where codice_area in (select line_code from {{ ref('line_registry') }})

),

published_roundings as (

    select
        year * 100 as month_key,
        line_code,
        cast(value_om as decimal(18, 4)) as definito_om
    from {{ ref('production_plan_roundings') }}

),

published_rows as (

    select * from published_plan
    union all
    select * from published_roundings

),

actual_rows as (

    select
        rows.month_key,
        'consuntivo' as scenario_code,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        areas.area_key,
        products.product_key,
        rows.service_mode,
        rows.counterpart_code,
        {{ sparse_columns(measures, actual_measures) }}
    from actuals as rows
    {{ join_month() }}
    {{ join_structure() }}
    {{ join_area() }}
    left join {{ ref('dim_product') }} as products
        on
            rows.product_code = products.product_code
            and {{ in_force('months.reference_date', 'products.valid_from', 'products.valid_to') }}

),

-- The plan speaks in points and does not know products; its pieces stay unknown, not zero.
planned as (

    select
        month_key, scenario_code, structure_code, line_code, pervenuto_om, definito_om, giacenza_finale_om
    from plan_volumes
    union all
    select
        month_key,
        'obiettivo' as scenario_code,
        'NAZIONALE' as structure_code,
        line_code,
        cast(null as decimal(18, 4)) as pervenuto_om,
        definito_om,
        cast(null as decimal(18, 4)) as giacenza_finale_om
    from published_rows

),

plan_rows as (

    select
        rows.month_key,
        rows.scenario_code,
        structures.structure_key,
        structures.current_structure_key as structure_current_key,
        areas.area_key,
        'NR' as product_key,
        'P' as service_mode,
        cast(null as varchar) as counterpart_code,
        {{ sparse_columns(measures, plan_measures) }}
    from planned as rows
    {{ join_month() }}
    {{ join_structure() }}
    {{ join_area() }}

),

final as (

    select * from actual_rows
    union all
    select * from plan_rows

)

select * from final
order by month_key, scenario_code, structure_key, area_key, product_key
