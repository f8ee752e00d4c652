{#
  References without the database's name: the views of a published file must resolve in that file, whatever
  it is called (publications have a name each).
#}
{% macro ref() -%}
    {{ return(builtins.ref(*varargs, **kwargs).include(database=false)) }}
{%- endmacro %}
