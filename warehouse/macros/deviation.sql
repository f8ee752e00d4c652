{#
  Deviation of a value from its target, in per cent of the target (indicators.md, ground rule 7): positive is better,
  whatever the polarity (+1 higher is better, -1 lower is). Null without target, or with a target of zero.
  Caps belong to composites.
#}
{% macro deviation_pct(value, target, polarity) -%}
    {{ polarity }} * ({{ value }} - {{ target }}) / nullif(abs({{ target }}), 0) * 100
{%- endmacro %}
