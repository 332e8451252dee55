{#- Every source logs its loads in the same table. -#}
{% macro staged_loads(relation) -%}
select
    load_id,
    source as source_name,
    started_at,
    finished_at,
    outcome,
    message,
    requests,
    points,
    rows_loaded,
    coalesce(is_partial, false) as is_partial
from {{ relation }}
{%- endmacro %}
