{#
  A unit test of composites: children and their values in, values and contributions out, worked by hand, through the
  same macros that compute `ind_evaluation`. Ranges and printed targets are the acts' own.

  `children` and `inputs` rows name the columns they need; the others have the defaults below. `expect` rows name a
  composite (and node and period where they differ from the defaults), its `value` (none: not published) and, per
  child, `contributions` or the reason why it is `missing`. The test selects the differences.
#}
{% macro evaluation_example(children, inputs, expect, nodes=[]) %}
    {% set usual_child = {
        'layer_n': 1, 'kind': 'scostamento', 'cap': 50, 'composite_target': 100, 'composite_polarity': 1,
        'missing_policy': 'nullo', 'levels': '|nazionale|direzione|sede|', 'composite_valid_from': '2021-01-01',
        'child_area_node_code': 'TOT', 'child_polarity': 1, 'is_composite_child': false, 'is_known': true,
        'is_measured': true, 'role': 'base', 'weight': 1, 'basis': 'obiettivo', 'inheritance': 'proprio',
    } %}
    {% set usual_input = {
        'area_node_code': 'TOT', 'organisation_code': 'as_was', 'node_code': 'DR-A', 'node_level': 'direzione',
        'period_code': '2024-A', 'scenario_code': 'consuntivo', 'is_complete': true,
    } %}
    {% set usual_node = {'node_level': 'direzione', 'directorate_code': none, 'economic_cluster': none} %}
    {% set node_columns = {'node_code': 'varchar', 'node_level': 'varchar', 'directorate_code': 'varchar', 'economic_cluster': 'varchar'} %}
with

children as (
    {{ rows_by_hand(children, evaluation_child_columns(), usual_child) }}
),

inputs_1 as (
    {{ rows_by_hand(inputs, evaluation_input_columns(), usual_input) }}
),

periods as (

    select * from {{ ref('dim_period') }}
    where period_type = 'anno'

),

given_nodes as (
    {{ rows_by_hand(nodes or [{'node_code': 'DR-A'}], node_columns, usual_node) }}
),

nodes as (

    select 'as_was' as organisation_code, periods.period_code, given_nodes.*
    from given_nodes
    cross join periods

),

act_targets as (

    select * from {{ ref('int_evaluation_targets') }}

),

own_targets as (

    select * from {{ ref('int_composite_targets') }}
    where false

),

score_ranges as (

    select * from {{ ref('int_evaluation_ranges') }}

),

{{ evaluation_layers(2) }},

totals as (

    {{ evaluation_totals('breakdown') }}

),

expected as (

    {% for row in expect %}
        {% set place = "'" ~ row.composite_code ~ "' as composite_code, '" ~ row.get('node_code', 'DR-A') ~ "' as node_code, '" ~ row.get('period_code', '2024-A') ~ "' as period_code" %}
    select
        {{ place }}, cast(null as varchar) as child_code, cast({{ sql_literal(row.value) }} as double) as number,
        cast(null as varchar) as reason
    union all
        {% for child, number in row.get('contributions', {}).items() %}
    select {{ place }}, '{{ child }}', cast({{ number }} as double), null
    union all
        {% endfor %}
        {% for child, reason in row.get('missing', {}).items() %}
    select {{ place }}, '{{ child }}', null, '{{ reason }}'
    union all
        {% endfor %}
    {% endfor %}
    select null, null, null, null, null, null where false

),

found as (

    select composite_code, node_code, period_code, cast(null as varchar) as child_code, value as number, cast(null as varchar) as reason
    from totals
    union all
    select composite_code, node_code, period_code, child_code, {{ evaluation_contribution() }}, missing_reason
    from breakdown

)

select
    expected.composite_code,
    expected.node_code,
    expected.period_code,
    expected.child_code,
    expected.number as expected_number,
    found.number as found_number,
    expected.reason as expected_reason,
    found.reason as found_reason
from expected
left join found
    on
        expected.composite_code = found.composite_code
        and expected.node_code = found.node_code
        and expected.period_code = found.period_code
        and expected.child_code is not distinct from found.child_code
where
    found.composite_code is null
    or (expected.number is null) <> (found.number is null)
    -- A value is exact; a contribution is a quotient, shown for reading.
    or abs(expected.number - found.number) > case when expected.child_code is null then 0 else 1e-9 end
    or expected.reason is distinct from found.reason
{% endmacro %}

{# Rows written in a test, as a select per row; a column that no row names is null, an unknown name is refused. #}
{% macro rows_by_hand(rows, columns, usual) %}
    {% for row in rows %}
        {% for name in row if name not in columns %}
            {{ exceptions.raise_compiler_error("evaluation_example: '" ~ name ~ "' is not one of " ~ columns.keys() | join(', ')) }}
        {% endfor %}
    select
        {%- for name, type in columns.items() %}
        cast({{ sql_literal(row[name] if name in row else usual.get(name)) }} as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
        {%- endfor %}
    {{ 'union all' if not loop.last }}
    {% endfor %}
{% endmacro %}
