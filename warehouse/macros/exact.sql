{#
  Quotient of two whole numbers rounded half up to `scale` decimals, in integer arithmetic only,
  so that every engine gives the same digits. Both arguments are non-negative; a zero divisor gives null.
#}
{% macro rounded_quotient(dividend, divisor, scale) -%}
    {{ return(adapter.dispatch('rounded_quotient', 'cruscotto')(dividend, divisor, scale)) }}
{%- endmacro %}

{% macro default__rounded_quotient(dividend, divisor, scale) -%}
    {#- reason for dispatch: `//` is DuckDB's integer division; Spark spells it `div` -#}
    cast(
        cast((2 * cast({{ dividend }} as bigint) * {{ 10 ** scale }} + {{ divisor }}) // nullif(2 * cast({{ divisor }} as bigint), 0) as decimal(18, 0))
        / {{ 10 ** scale }} as decimal(18, {{ scale }})
    )
{%- endmacro %}
