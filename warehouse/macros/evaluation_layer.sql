{#
  One layer of the evaluation, in three steps; see `evaluation.sql` for the names it reads.

  Between the steps a row is two numbers, `cell_n` (a composite at a node, in a period) and `child_n` (a row of
  `numbered_children`), and what was found: names are put back once, in the breakdown.
#}

{# Which children a composite should have, at each node where at least one child of the node's own has a row. #}
{% macro evaluation_expected(n) %}
children_{{ n }} as (

    select
        children.child_n,
        children.composite_code,
        children.child_code,
        children.child_area_node_code,
        children.levels,
        children.inheritance,
        periods.period_code,
        periods.year_number,
        case when children.basis = 'anno_precedente' then periods.previous_year_period_code end as compared_period_code
    from numbered_children as children
    inner join periods
        on
            periods.period_start_date >= children.composite_valid_from
            and periods.period_end_date <= coalesce(children.composite_valid_to, {{ open_end() }})
            and periods.period_start_date >= coalesce(children.valid_from, children.composite_valid_from)
            and periods.period_end_date <= coalesce(children.valid_to, {{ open_end() }})
    where children.layer_n = {{ n }}

),

-- The values that this layer's composites are made of.
wanted_{{ n }} as (

    select distinct child_code, child_area_node_code
    from numbered_children
    where layer_n = {{ n }}

),

values_{{ n }} as (

    select inputs.*
    from inputs_{{ n }} as inputs
    inner join wanted_{{ n }} as wanted
        on
            inputs.indicator_code = wanted.child_code
            and inputs.area_node_code = wanted.child_area_node_code

),

reported_{{ n }} as (

    select distinct
        children.composite_code,
        inputs.organisation_code,
        inputs.node_code,
        inputs.node_level,
        inputs.period_code,
        inputs.scenario_code
    from children_{{ n }} as children
    inner join values_{{ n }} as inputs
        on
            children.child_code = inputs.indicator_code
            and children.child_area_node_code = inputs.area_node_code
            and children.period_code = inputs.period_code
            and children.levels like '%|' || inputs.node_level || '|%'
    where children.inheritance = 'proprio'

),

cells_{{ n }} as (

    select
        row_number() over (order by {{ evaluation_key('reported.') }}) as cell_n,
        reported.*,
        nodes.economic_cluster,
        nodes.directorate_code
    from reported_{{ n }} as reported
    left join nodes
        on
            reported.organisation_code = nodes.organisation_code
            and reported.period_code = nodes.period_code
            and reported.node_level = nodes.node_level
            and reported.node_code = nodes.node_code

),

expected_{{ n }} as (

    select
        cells.cell_n,
        children.child_n,
        children.child_code,
        children.child_area_node_code,
        cells.organisation_code,
        cells.period_code,
        cells.scenario_code,
        children.year_number,
        children.compared_period_code,
        cells.economic_cluster,
        case
            when children.inheritance = 'nazionale' or cells.node_level = 'nazionale' then 'nazionale'
            when children.inheritance = 'direzione' then 'direzione'
            else cells.node_level
        end as child_node_level,
        case
            when cells.node_level = 'nazionale' then cells.node_code
            when children.inheritance = 'nazionale' then 'NAZIONALE'
            when children.inheritance = 'direzione' then cells.directorate_code
            else cells.node_code
        end as child_node_code
    from cells_{{ n }} as cells
    inner join children_{{ n }} as children
        on
            cells.composite_code = children.composite_code
            and cells.period_code = children.period_code

),
{% endmacro %}

{# What was found of each expected child: its value, its target and why it does not count. #}
{% macro evaluation_found(n) %}
cluster_sums_{{ n }} as (

    select
        inputs.indicator_code,
        inputs.area_node_code,
        inputs.organisation_code,
        inputs.period_code,
        inputs.scenario_code,
        nodes.economic_cluster,
        sum(inputs.numerator) / nullif(sum(inputs.denominator), 0) as mean_value,
        min(case when not inputs.is_complete then 0 else 1 end) = 1 as is_complete
    from values_{{ n }} as inputs
    inner join nodes
        on
            inputs.organisation_code = nodes.organisation_code
            and inputs.period_code = nodes.period_code
            and inputs.node_level = nodes.node_level
            and inputs.node_code = nodes.node_code
    where
        inputs.node_level = 'direzione'
        and nodes.economic_cluster is not null
        and inputs.indicator_code in (select child_code from numbered_children where kind like 'rapporto_cluster%')
    group by
        inputs.indicator_code,
        inputs.area_node_code,
        inputs.organisation_code,
        inputs.period_code,
        inputs.scenario_code,
        nodes.economic_cluster

),

-- The points of every value that some score needs.
valued_{{ n }} as (

    select distinct children.range_code, inputs.value
    from values_{{ n }} as inputs
    inner join numbered_children as children
        on
            inputs.indicator_code = children.child_code
            and inputs.area_node_code = children.child_area_node_code
    where children.layer_n = {{ n }} and children.range_code is not null

),

scored_{{ n }} as (

    select valued.range_code, valued.value, score_ranges.points
    from valued_{{ n }} as valued
    inner join score_ranges
        on valued.range_code = score_ranges.range_code
    where
        (valued.value > score_ranges.lower_bound or (score_ranges.is_first and valued.value = score_ranges.lower_bound))
        and (valued.value <= score_ranges.upper_bound or score_ranges.upper_bound is null)

),

found_{{ n }} as (

    select
        expected.cell_n,
        expected.child_n,
        expected.child_node_code,
        actual.indicator_code is not null as has_row,
        actual.value as actual_value,
        case
            when children.kind like 'rapporto_cluster%' then cluster_sums.mean_value
            when children.basis = 'cento' then 100
            when children.basis = 'anno_precedente' then previous.value
            when children.basis = 'obiettivo' then actual.target
            when children.basis = 'atto' then coalesce(cast(act_targets.target_value as double), actual.target)
        end as target_value,
        case
            when children.kind like 'rapporto_cluster%' then 'cluster'
            when children.basis = 'atto' and act_targets.target_value is null then 'obiettivo'
            else children.basis
        end as target_origin,
        scored.points,
        actual.is_complete
        and coalesce(cluster_sums.is_complete, true)
        and case when children.basis = 'anno_precedente' then previous.is_complete else true end as is_complete
    from expected_{{ n }} as expected
    inner join numbered_children as children
        on expected.child_n = children.child_n
    left join values_{{ n }} as actual
        on
            expected.child_code = actual.indicator_code
            and expected.child_area_node_code = actual.area_node_code
            and expected.organisation_code = actual.organisation_code
            and expected.child_node_code = actual.node_code
            and expected.child_node_level = actual.node_level
            and expected.period_code = actual.period_code
            and expected.scenario_code = actual.scenario_code
    left join values_{{ n }} as previous
        on
            expected.child_code = previous.indicator_code
            and expected.child_area_node_code = previous.area_node_code
            and expected.organisation_code = previous.organisation_code
            and expected.child_node_code = previous.node_code
            and expected.child_node_level = previous.node_level
            and expected.compared_period_code = previous.period_code
            and expected.scenario_code = previous.scenario_code
    left join act_targets
        on
            children.target_code = act_targets.target_code
            and expected.year_number >= act_targets.first_year
            and expected.year_number <= act_targets.last_year
    left join cluster_sums_{{ n }} as cluster_sums
        on
            expected.child_code = cluster_sums.indicator_code
            and expected.child_area_node_code = cluster_sums.area_node_code
            and expected.organisation_code = cluster_sums.organisation_code
            and expected.period_code = cluster_sums.period_code
            and expected.scenario_code = cluster_sums.scenario_code
            and expected.economic_cluster = cluster_sums.economic_cluster
    left join scored_{{ n }} as scored
        on
            children.range_code = scored.range_code
            and actual.value = scored.value

),

measured_{{ n }} as (

    select
        found.*,
        children.kind,
        children.role,
        children.weight,
        children.cap,
        children.additional_maximum_pct,
        children.child_polarity * (found.actual_value - found.target_value) / nullif(abs(found.target_value), 0) * 100 as deviation_pct,
        case
            when not children.is_measured then 'non_misurato'
            when not children.is_known then 'indicatore_sconosciuto'
            when not found.has_row then 'senza_dati'
            when found.actual_value is null and children.is_composite_child then 'composito_non_pubblicato'
            when found.actual_value is null then 'senza_valore'
            when children.kind = 'fasce' then case when found.points is null then 'fuori_fascia' end
            when children.kind = 'media_valori' then null
            when found.target_value is null and children.kind like 'rapporto_cluster%' then 'senza_cluster'
            when found.target_value is null then 'senza_obiettivo'
            when found.target_value = 0 then 'obiettivo_zero'
            when children.kind = 'rapporto_cluster_inverso' and found.actual_value = 0 then 'valore_zero'
        end as missing_reason
    from found_{{ n }} as found
    inner join numbered_children as children
        on found.child_n = children.child_n

),

capped_{{ n }} as (

    select
        *,
        case
            when deviation_pct > cap then cast(cap as double)
            when deviation_pct < -cap then cast(-cap as double)
            else deviation_pct
        end as capped_deviation_pct
    from measured_{{ n }}

),
{% endmacro %}

{# Index, weights and contribution of each child. #}
{% macro evaluation_weighed(n) %}
indexed_{{ n }} as (

    select
        *,
        case
            when missing_reason is not null then null
            when role = 'bonus' then cast(weight as {{ evaluation_index_type() }})
            when kind = 'scostamento' then cast(100 + capped_deviation_pct as {{ evaluation_index_type() }})
            when kind = 'scostamento_con_bonus' then cast(capped_deviation_pct as {{ evaluation_index_type() }})
            when kind = 'fasce' then cast(points as {{ evaluation_index_type() }})
            when kind = 'media_valori' then cast(actual_value as {{ evaluation_index_type() }})
            when kind in ('media_realizzazioni', 'somma_realizzazioni', 'rapporto_cluster')
                then cast(100 * actual_value / target_value as {{ evaluation_index_type() }})
            when kind = 'rapporto_cluster_inverso' then cast(100 * target_value / actual_value as {{ evaluation_index_type() }})
        end as index_value
    from capped_{{ n }}

),

summed_{{ n }} as (

    select
        cell_n,
        cast(sum(case when role = 'base' then weight end) as decimal(12, 4)) as base_weight,
        cast(sum(case when role = 'base' and missing_reason is null then weight else 0 end) as decimal(12, 4)) as base_weight_present,
        cast(sum(case when role = 'aggiuntivo' and missing_reason is null then 1 else 0 end) as integer) as additional_n,
        cast(least(
            coalesce(sum(case when role = 'aggiuntivo' and missing_reason is null then weight end), 0),
            coalesce(max(additional_maximum_pct), 0)
        ) as decimal(7, 4)) as additional_share_pct,
        min(case when role = 'bonus' then case when deviation_pct >= 0 then 1 else 0 end end) = 1 as is_bonus_due,
        sum(case when role <> 'aggiuntivo' and missing_reason is not null then 1 else 0 end) as missing_n,
        sum(case when role = 'bonus' and missing_reason is not null then 1 else 0 end) as bonus_missing_n
    from indexed_{{ n }}
    group by cell_n

),

breakdown_{{ n }} as (

    select
        cells.composite_code,
        cells.organisation_code,
        cells.node_code,
        cells.node_level,
        cells.period_code,
        cells.scenario_code,
        children.child_code,
        children.child_area_node_code,
        indexed.child_node_code,
        indexed.role,
        indexed.kind,
        children.basis,
        indexed.weight,
        indexed.actual_value,
        indexed.target_value,
        indexed.target_origin,
        indexed.deviation_pct,
        indexed.capped_deviation_pct,
        indexed.index_value,
        cast(case
            when indexed.missing_reason is not null then null
            when indexed.kind in ('fasce', 'somma_realizzazioni') then 1
            when indexed.role = 'bonus' then case when summed.is_bonus_due then summed.base_weight_present else 0 end
            when indexed.role = 'aggiuntivo' then summed.additional_share_pct * summed.base_weight_present
            when summed.additional_n > 0 then indexed.weight * (100 - summed.additional_share_pct) * summed.additional_n
            else indexed.weight
        end as {{ evaluation_weight_type() }}) as applied_weight,
        cast(case
            when indexed.kind in ('fasce', 'somma_realizzazioni') then 1
            when summed.additional_n > 0 then 100 * summed.base_weight_present * summed.additional_n
            else summed.base_weight_present
        end as {{ evaluation_weight_type() }}) as divisor,
        indexed.missing_reason,
        indexed.missing_reason is not null as is_missing,
        -- Published whole, or over the weights present where the composite's row says so and enough is left.
        summed.missing_n = 0
        or (
            children.missing_policy = 'rinormalizza'
            and summed.bonus_missing_n = 0
            and summed.base_weight_present > 0
            and 100 * summed.base_weight_present >= children.minimum_share_pct * summed.base_weight
        ) as is_published,
        cast(100 * summed.base_weight_present / summed.base_weight as double) as present_weight_pct,
        case when indexed.missing_reason is null then indexed.is_complete else false end as is_complete,
        children.composite_target,
        children.composite_polarity
    from indexed_{{ n }} as indexed
    inner join summed_{{ n }} as summed
        on indexed.cell_n = summed.cell_n
    inner join cells_{{ n }} as cells
        on indexed.cell_n = cells.cell_n
    inner join numbered_children as children
        on indexed.child_n = children.child_n

),
{% endmacro %}
