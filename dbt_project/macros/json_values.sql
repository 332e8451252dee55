{% macro json_values(relation, key, json_column, value) -%}
    {{ return(adapter.dispatch('json_values')(relation, key, json_column, value)) }}
{%- endmacro %}

{#- A value that is no array gives no row: what an API sends must not stop a build. -#}
{% macro duckdb__json_values(relation, key, json_column, value) -%}
(
    select
        {{ key }},
        unnest(from_json({{ json_column }}, '["varchar"]')) as {{ value }}
    from {{ relation }}
    where json_type({{ json_column }}) = 'ARRAY'
)
{%- endmacro %}
