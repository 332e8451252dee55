{#- The models `<layer>_<source>__<name>` of all sources, one below the other. -#}
{% macro union_of_sources(layer, name, columns) -%}
    {%- for source in var('sources') %}
select
    {{ columns | join(',\n    ') }}
from {{ ref(layer ~ '_' ~ source ~ '__' ~ name) }}
        {%- if not loop.last %}
union all
        {%- endif %}
    {%- endfor %}
{%- endmacro %}
