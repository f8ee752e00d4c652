{#
  Columns `threshold_lower`, `threshold_upper` and `verdict` beside the values of `relation` (a CTE with the columns
  of ind_values): `entro`, `oltre`, null where no act sets a bound or there is no value. Only actuals are judged.

  The value is compared at nine decimals: a quotient that is exactly the bound may miss it by a double's last bit.
#}
{% macro with_verdicts(relation) %}
    {% set exact = 'cast(round(' ~ relation ~ '.value, 9) as decimal(38, 9))' -%}
    select
        {{ relation }}.*,
        thresholds.threshold_lower,
        thresholds.threshold_upper,
        case
            when {{ relation }}.value is null or thresholds.indicator_code is null then null
            when {{ exact }} < thresholds.threshold_lower then 'oltre'
            when {{ exact }} = thresholds.threshold_lower and not thresholds.is_lower_allowed then 'oltre'
            when {{ exact }} > thresholds.threshold_upper then 'oltre'
            when {{ exact }} = thresholds.threshold_upper and not thresholds.is_upper_allowed then 'oltre'
            else 'entro'
        end as verdict
    from {{ relation }}
    left join {{ ref('ind_thresholds') }} as thresholds
        on
            {{ relation }}.scenario_code = 'consuntivo'
            and {{ relation }}.indicator_code = thresholds.indicator_code
            and {{ relation }}.area_node_type = thresholds.area_node_type
            and {{ relation }}.period_code = thresholds.period_code
{%- endmacro %}
