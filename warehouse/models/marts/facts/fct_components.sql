{% set production_measures = [
    'giacenza_iniziale', 'pervenuto', 'definito', 'definito_accolto', 'definito_respinto', 'definito_automatizzato',
    'rettifiche', 'giacenza_finale', 'giacenza_iniziale_om', 'pervenuto_om', 'definito_om',
    'definito_automatizzato_om', 'giacenza_finale_om',
] %}
{% set presence_measures = [
    'fte', 'teste', 'teste_agili', 'minuti_presenza', 'minuti_lavorabili', 'minuti_straordinario',
    'minuti_malattia', 'giorni_lavorabili', 'giorni_presenza', 'giorni_agili',
] %}
{% set blocks = [
    'own_production', 'rendered', 'received', 'reference_plan', 'planned_staff', 'presence', 'cost', 'result',
    'result_target',
] %}
{% for source in delivery_sources() %}
    {% do blocks.append(source ~ '_delivery') %}
{% endfor %}

with

production as (

    select * from {{ ref('fct_production') }}

),

presence as (

    select * from {{ ref('fct_presence') }}

),

costs as (

    select * from {{ ref('fct_costs') }}

),

results as (

    select * from {{ ref('fct_economic_results') }}

),

deliveries as (

    select * from {{ ref('int_deliveries') }}

),

structures as (

    select * from {{ ref('dim_structure') }}

),

-- A structure's own requests: received, completed by its own staff, in stock.
own_production_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {{ component_block(dict(
            sums_of(production_measures),
            product_key='product_key',
            definito_sussidiarieta_resa='0',
            definito_sussidiarieta_resa_om='0',
            definito_sussidiarieta_ricevuta='0',
            definito_sussidiarieta_ricevuta_om='0',
        )) }}
    from production
    where service_mode = 'P'
    group by month_key, scenario_code, structure_key, structure_current_key, area_key, product_key

),

-- Work done for others counts as the worker's production ("resa") …
rendered_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {{ component_block({
            'product_key': 'product_key',
            'definito': '0',
            'definito_om': '0',
            'definito_sussidiarieta_resa': 'sum(definito)',
            'definito_sussidiarieta_resa_om': 'sum(definito_om)',
            'definito_sussidiarieta_ricevuta': '0',
            'definito_sussidiarieta_ricevuta_om': '0',
        }) }}
    from production
    where service_mode = 'R'
    group by month_key, scenario_code, structure_key, structure_current_key, area_key, product_key

),

-- … and as the owner's outflow ("ricevuta"): the nation is the same either way.
received_block as (

    select
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key as structure_current_key,
        rows.area_key,
        {{ component_block({
            'product_key': 'rows.product_key',
            'definito': '0',
            'definito_om': '0',
            'definito_sussidiarieta_resa': '0',
            'definito_sussidiarieta_resa_om': '0',
            'definito_sussidiarieta_ricevuta': 'sum(rows.definito)',
            'definito_sussidiarieta_ricevuta_om': 'sum(rows.definito_om)',
        }) }}
    from production as rows
    {{ join_month() }}
    inner join structures as owners
        on
            rows.counterpart_code = owners.structure_code
            and {{ in_force('months.reference_date', 'owners.valid_from', 'owners.valid_to') }}
    where rows.service_mode = 'R'
    group by
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key,
        rows.area_key,
        rows.product_key

),

-- The year's reference plan, beside the actuals, so that "achieved over planned" is a ratio of two sums.
reference_plan_block as (

    select
        plan_rows.month_key,
        'consuntivo' as scenario_code,
        plan_rows.structure_key,
        plan_rows.structure_current_key,
        plan_rows.area_key,
        {{ component_block({'piano_definito_om': 'sum(plan_rows.definito_om)'}) }}
    from production as plan_rows
    inner join {{ ref('dim_scenario') }} as scenarios
        on plan_rows.scenario_code = scenarios.scenario_code
    where scenarios.reference_plan_year = plan_rows.month_key // 100 or scenarios.scenario_code = 'obiettivo'
    group by
        plan_rows.month_key,
        plan_rows.structure_key,
        plan_rows.structure_current_key,
        plan_rows.area_key

),

planned_staff_block as (

    select
        rows.month_key,
        rows.scenario_code,
        owners.structure_key,
        owners.current_structure_key as structure_current_key,
        areas.area_key,
        -- The plan assigns administrative staff to lines.
        {{ component_block({'fte': 'sum(rows.fte)', 'is_administrative_profile': 'true'}) }}
    from {{ ref('stg_plan_volumes') }} as rows
    {{ join_month() }}
    {{ join_structure(alias='owners', join='inner') }}
    {{ join_area() }}
    group by rows.month_key, rows.scenario_code, owners.structure_key, owners.current_structure_key, areas.area_key

),

presence_block as (

    select
        rows.month_key,
        'consuntivo' as scenario_code,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        {{ component_block(dict(
            sums_of(presence_measures, 'rows.'),
            profile_code='rows.profile_code',
            function_code='rows.function_code',
            is_administrative_profile='coalesce(profiles.is_administrative, false)',
            is_inspector='(coalesce(functions.is_inspection, false) or coalesce(profiles.is_inspector, false))',
            is_counter='coalesce(functions.is_counter, false)',
            is_switchboard='coalesce(functions.is_switchboard, false)',
        )) }}
    from presence as rows
    left join {{ ref('dim_staff_profile') }} as profiles
        on rows.profile_code = profiles.profile_code
    left join {{ ref('staff_functions') }} as functions
        on rows.function_code = functions.function_code
    group by
        rows.month_key,
        rows.structure_key,
        rows.structure_current_key,
        rows.area_key,
        rows.profile_code,
        rows.function_code,
        profiles.is_administrative,
        profiles.is_inspector,
        functions.is_inspection,
        functions.is_counter,
        functions.is_switchboard

),

cost_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block({
            'chapter_code': 'chapter_code',
            'is_direct_cost': 'is_direct',
            'is_production_cost': 'is_production',
            'costo': 'sum(amount_eur)',
        }) }}
    from costs
    group by month_key, scenario_code, structure_key, structure_current_key, chapter_code, is_direct, is_production

),

result_block as (

    select
        month_key,
        scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block({
            'item_code': 'item_code',
            'level_two_code': 'level_two_code',
            'section_code': 'section_code',
            'importo_ieep': 'signed_amount_eur',
            'importo_ieep_pesato': 'signed_amount_eur * section_weight_pct',
        }) }}
    from results

),

-- The assigned target of each item, beside the actuals (PP21, IEEP: weighted achievement of the two sections).
result_target_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        'NR' as area_key,
        {{ component_block({
            'item_code': 'item_code',
            'level_two_code': 'level_two_code',
            'section_code': 'section_code',
            'obiettivo_ieep': 'signed_amount_eur',
        }) }}
    from results
    where scenario_code = 'obiettivo'

),

{% for source in delivery_sources() %}
{{ source }}_delivery_block as (

    select
        month_key,
        'consuntivo' as scenario_code,
        structure_key,
        structure_current_key,
        area_key,
        {{ component_block({
            'attese_' ~ source: '1',
            'presenti_' ~ source: 'case when is_present then 1 else 0 end',
        }) }}
    from deliveries
    where source_code = '{{ source }}'

),
{% endfor %}

blocks as (

    {% for block in blocks %}
    select '{{ block }}' as block_code, * from {{ block }}_block
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

final as (

    select
        blocks.month_key,
        blocks.scenario_code,
        blocks.structure_key,
        blocks.structure_current_key,
        blocks.area_key,
        coalesce(areas.is_production_area, false) as is_production_area,
        coalesce(areas.is_productivity_area, false) as is_productivity_area,
        coalesce(structures.is_production_structure, false) as is_production_structure,
        blocks.block_code,
        {%- for key in component_keys() %}
        blocks.{{ key }},
        {%- endfor %}
        {%- for measure in component_measures() %}
        blocks.{{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from blocks
    left join {{ ref('dim_area') }} as areas
        on blocks.area_key = areas.area_key
    left join structures
        on blocks.structure_key = structures.structure_key

)

select * from final
order by month_key, scenario_code, structure_key, area_key, product_key
