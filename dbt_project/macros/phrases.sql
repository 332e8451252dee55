{% macro counted(number, singular, plural) -%}
    case when {{ number }} = 1 then '1 {{ singular }}' when {{ number }} > 1 then {{ with_thousands(number) }} || ' {{ plural }}' end
{%- endmacro %}

{% macro phrase(separator, parts) -%}
    nullif(concat_ws('{{ separator }}', {{ parts | join(', ') }}), '')
{%- endmacro %}

{% macro with_thousands(number) -%}
    {{ return(adapter.dispatch('with_thousands')(number)) }}
{%- endmacro %}

{% macro duckdb__with_thousands(number) -%}
    format('{:,}', {{ number }})
{%- endmacro %}
