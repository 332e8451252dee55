{% macro days_before_run(days) -%}
    {%- set moment = run_started_at - modules.datetime.timedelta(days=days | float) -%}
    {{ return(adapter.dispatch('utc_timestamp')(moment.strftime('%Y-%m-%d %H:%M:%S'))) }}
{%- endmacro %}

{% macro duckdb__utc_timestamp(text) -%}
    cast('{{ text }}+00' as timestamp with time zone)
{%- endmacro %}
