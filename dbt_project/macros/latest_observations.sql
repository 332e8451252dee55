{#- Raw tables only grow: each load adds what it observed. -#}
{% macro latest_observations(relation, key) -%}
select *
from (
    select
        *,
        row_number() over (
            partition by {{ key }}
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by {{ key }}) as first_observed_at
    from {{ relation }}
) as observations
where recency = 1
{%- endmacro %}
