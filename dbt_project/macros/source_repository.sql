{#- Without a backslash, which Spark would take out of the string. Groups: host, owner, name. -#}
{% macro _source_repository_part(url, part) -%}
    regexp_extract(
        lower(trim({{ url }})),
        '^(?:[a-z]+::)?(?:[a-z+]+://)?(?:[^/@ ]+@)?(?:www[.])?([a-z0-9-]+(?:[.][a-z0-9-]+)+)(?::[0-9]+)?[/:]+([a-z0-9_.-]+)/([a-z0-9_.-]+?)(?:[.]git)?(?:[/?#].*)?$',
        {{ part }}
    )
{%- endmacro %}

{#- "owner/name" in lower case of the repository on GitHub that a URL leads to, else null. -#}
{% macro source_repository(url) -%}
    case
        when
            {{ _source_repository_part(url, 1) }} = 'github.com'
            and {{ _source_repository_part(url, 2) }}
            not in ('apps', 'marketplace', 'orgs', 'search', 'sponsors', 'topics', 'users')
            then {{ _source_repository_part(url, 2) }} || '/' || {{ _source_repository_part(url, 3) }}
    end
{%- endmacro %}

{#- The host of a repository that a URL leads to; null where it leads to none. -#}
{% macro source_host(url) -%}
    nullif({{ _source_repository_part(url, 1) }}, '')
{%- endmacro %}
