{% macro share_below(figure, counts) -%}
cast(
    sum({{ counts }}) over (order by {{ figure }} asc nulls last)
    - sum({{ counts }}) over (partition by {{ figure }}) as double
) / greatest(sum({{ counts }}) over () - {{ counts }}, 1)
{%- endmacro %}
