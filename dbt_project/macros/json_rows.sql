{% macro json_rows(relation, key, json_column, fields) -%}
    {{ return(adapter.dispatch('json_rows')(relation, key, json_column, fields)) }}
{%- endmacro %}

{#- Members that do not fit the type become null, and a value that is no array gives no row: what an API sends must not stop a build. -#}
{% macro duckdb__json_rows(relation, key, json_column, fields) -%}
(
    select
        {{ key }},
        unnest(from_json({{ json_column }}, '[{{ tojson(fields) }}]'), recursive := true)
    from {{ relation }}
    where json_type({{ json_column }}) = 'ARRAY'
)
{%- endmacro %}
