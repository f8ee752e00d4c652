{#
  Composite indicators, computed bottom up. The macros write CTEs over CTEs of fixed names, so that the same SQL
  runs over the warehouse's rows (`ind_evaluation`) and over rows written by hand (`evaluation_example`):

      children         a composite's children with how they count      (int_evaluation_children)
      inputs_1         elementary values at nodes and periods           (int_evaluation_inputs)
      nodes            directorate and cluster of a node in a period    (int_evaluation_nodes)
      periods          year, bounds, the same period a year before      (dim_period)
      act_targets      targets that the acts print                      (int_evaluation_targets)
      own_targets      targets assigned to a composite at a node        (int_composite_targets)
      score_ranges     points by range of value                         (int_evaluation_ranges)

  A child becomes an *index* by the composite's kind; a composite is
      Σ applied_weight × index_value / divisor
  in exact decimals, with one division at the end:

      scostamento            100 + deviation of the child from its target, within ± the cap; weighted mean
      fasce                  points of the range that the value falls in; sum
      media_valori           the value itself; weighted mean
      media_realizzazioni    100 × value / target; weighted mean
      somma_realizzazioni    100 × value / target; sum
      rapporto_cluster       100 × value / cluster mean (ratio of the cluster's sums); weighted mean
      rapporto_cluster_inverso   100 × cluster mean / value; weighted mean
      scostamento_con_bonus  deviation of the base children, plus the bonus children's points when all reach
                             their targets

  Children with the role `aggiuntivo` are optional: present, they take from the others their weight each, up to
  the composite's maximum, and are averaged among themselves first.
#}
{% macro evaluation_index_type() %}decimal(28, 10){% endmacro %}
{% macro evaluation_weight_type() %}decimal(18, 6){% endmacro %}

{# Where a row of the evaluation stands: its key but for the child. #}
{% macro evaluation_key(prefix='') -%}
    {%- for name in ['composite_code', 'organisation_code', 'node_code', 'node_level', 'period_code', 'scenario_code'] -%}
        {{ prefix }}{{ name }}{{ ', ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The columns of `children` that the computation uses, name → type. #}
{% macro evaluation_child_columns() %}
    {{ return({
        'composite_code': 'varchar',
        'layer_n': 'integer',
        'kind': 'varchar',
        'cap': 'decimal(18, 4)',
        'composite_target': 'decimal(18, 6)',
        'composite_polarity': 'integer',
        'missing_policy': 'varchar',
        'minimum_share_pct': 'decimal(9, 4)',
        'additional_maximum_pct': 'decimal(9, 4)',
        'levels': 'varchar',
        'composite_valid_from': 'date',
        'composite_valid_to': 'date',
        'child_code': 'varchar',
        'child_area_node_code': 'varchar',
        'child_polarity': 'integer',
        'is_composite_child': 'boolean',
        'is_known': 'boolean',
        'is_measured': 'boolean',
        'role': 'varchar',
        'weight': 'decimal(9, 4)',
        'basis': 'varchar',
        'target_code': 'varchar',
        'range_code': 'varchar',
        'inheritance': 'varchar',
        'valid_from': 'date',
        'valid_to': 'date',
    }) }}
{% endmacro %}

{# Columns of the elementary values that the computation reads, name → type. #}
{% macro evaluation_input_columns() %}
    {{ return({
        'indicator_code': 'varchar',
        'area_node_code': 'varchar',
        'organisation_code': 'varchar',
        'node_code': 'varchar',
        'node_level': 'varchar',
        'period_code': 'varchar',
        'scenario_code': 'varchar',
        'numerator': 'decimal(38, 6)',
        'denominator': 'decimal(38, 6)',
        'value': 'double',
        'target': 'double',
        'is_complete': 'boolean',
    }) }}
{% endmacro %}

{# All layers, from the composites made of elementary indicators only; ends in the CTE `breakdown`. #}
{% macro evaluation_layers(layers) %}
numbered_children as (

    select
        children.*,
        row_number() over (
            order by composite_code, child_code, child_area_node_code, role, basis, valid_from, target_code, range_code
        ) as child_n
    from children

),
    {% for n in range(1, layers + 1) %}
{{ evaluation_expected(n) }}
{{ evaluation_found(n) }}
{{ evaluation_weighed(n) }}

evaluated_{{ n }} as (

    {{ evaluation_totals('breakdown_' ~ n) }}

),

inputs_{{ n + 1 }} as (

    select * from inputs_{{ n }}
    union all
    select
        composite_code, 'TOT', organisation_code, node_code, node_level, period_code, scenario_code,
        cast(null as decimal(38, 6)), cast(null as decimal(38, 6)), value, target, is_complete
    from evaluated_{{ n }}

),
    {% endfor %}

breakdown as (

    {% for n in range(1, layers + 1) %}
    select * from breakdown_{{ n }}
    {{ 'union all' if not loop.last }}
    {% endfor %}

)
{% endmacro %}

{# What a child brings to a published composite: the contributions add up to its value. #}
{% macro evaluation_contribution() -%}
    case when is_published then applied_weight / divisor * index_value end
{%- endmacro %}

{# One row per composite, node, period and scenario, from the rows of its children. #}
{% macro evaluation_totals(breakdown) %}
    select
        {{ evaluation_key('totals.') }},
        case when totals.is_published then totals.weighted_sum / nullif(totals.divisor, 0) end as value,
        coalesce(cast(own_targets.target_value as double), cast(totals.composite_target as double)) as target,
        totals.composite_polarity,
        totals.children_n,
        totals.present_children_n,
        totals.present_weight_pct,
        totals.is_complete,
        totals.is_published,
        case when not totals.is_published then totals.missing_children end as unpublished_reason
    from (
        select
            {{ evaluation_key() }},
            sum(applied_weight * index_value) as weighted_sum,
            max(divisor) as divisor,
            max(composite_target) as composite_target,
            max(composite_polarity) as composite_polarity,
            cast(sum(case when role <> 'aggiuntivo' or not is_missing then 1 else 0 end) as integer) as children_n,
            cast(sum(case when is_missing then 0 else 1 end) as integer) as present_children_n,
            max(present_weight_pct) as present_weight_pct,
            -- Unknown (null) where a child does not say; a missing child makes it incomplete.
            case
                when min(case when is_complete = false and not (is_missing and role = 'aggiuntivo') then 0 else 1 end) = 0 then false
                when max(case when is_complete is null then 1 else 0 end) = 0 then true
            end as is_complete,
            min(case when is_published then 1 else 0 end) = 1 as is_published,
            string_agg(case when is_missing and role <> 'aggiuntivo' then child_code || ': ' || missing_reason end, '; ' order by child_code, child_area_node_code) as missing_children
        from {{ breakdown }}
        group by {{ evaluation_key() }}
    ) as totals
    left join own_targets
        on
            totals.composite_code = own_targets.indicator_code
            and totals.node_code = own_targets.node_code
            and totals.period_code = own_targets.period_code
{% endmacro %}
