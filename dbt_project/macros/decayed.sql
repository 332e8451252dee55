{#- Decimals, because their sum is the same in any order of rows: noise of floating-point sums would decide ranks. -#}
{% macro decayed(value, happened_at, as_of) -%}
    cast({{ value }} * power(0.9, coalesce({{ calendar_months(happened_at, as_of) }}, 0)) as decimal(18, 12))
{%- endmacro %}

{% macro calendar_months(earlier, later) -%}
    greatest(0, 12 * (extract(year from cast({{ later }} as date)) - extract(year from cast({{ earlier }} as date)))
        + extract(month from cast({{ later }} as date)) - extract(month from cast({{ earlier }} as date)))
{%- endmacro %}
