{% macro json_item(json_column, position) -%}
    {{ return(adapter.dispatch('json_item')(json_column, position)) }}
{%- endmacro %}

{#- Null where there is no such item: what an API sends must not stop a build. -#}
{% macro duckdb__json_item(json_column, position) -%}
    json_extract_string({{ json_column }}, '$[{{ position }}]')
{%- endmacro %}
