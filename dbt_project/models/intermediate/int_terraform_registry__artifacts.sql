with

artifacts as (

    select
        module_id as artifact_id,
        'module' as kind,
        name || '/' || provider as name,
        creator_id,
        namespace,
        description,
        source_url,
        is_verified,
        false as is_official,
        cast(null as string) as tier,
        downloads,
        downloads_week,
        downloads_month,
        downloads_year,
        version,
        published_at,
        first_published_at,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_terraform_registry__modules') }}
    union all
    select
        provider_id as artifact_id,
        'provider' as kind,
        name,
        creator_id,
        namespace,
        description,
        source_url,
        tier in ('official', 'partner') as is_verified,
        tier = 'official' as is_official,
        tier,
        downloads,
        downloads_week,
        downloads_month,
        downloads_year,
        version,
        published_at,
        first_published_at,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_terraform_registry__providers') }}

),

located as (

    select
        *,
        {{ source_repository('source_url') }} as source_repository,
        {{ source_host('source_url') }} as source_host
    from artifacts

),

versions as (

    select
        kind,
        artifact_id,
        count(*) as versions
    from {{ ref('stg_terraform_registry__versions') }}
    group by
        kind,
        artifact_id

)

select
    'terraform_registry' as platform,
    located.artifact_id,
    'terraform-' || located.kind as artifact_type,
    located.name,
    located.description,
    located.creator_id as creator_account_id,
    located.namespace,
    'https://registry.terraform.io/' || located.kind || 's/' || located.artifact_id as url,
    located.source_url,
    located.source_repository,
    case
        when located.source_url is null then 'not stated'
        when located.source_repository is null and located.source_host <> 'github.com' then 'on ' || located.source_host
        when located.source_repository is null then 'not a repository'
        when repositories.is_found is null then 'not asked yet'
        when repositories.is_found then 'found'
        when repositories.refusal is null then 'missing'
        else 'refused'
    end as source_repository_status,
    repositories.contributors,
    repositories.owner_login,
    repositories.owner_type,
    located.downloads,
    located.downloads_week,
    located.downloads_month,
    located.downloads_year,
    located.is_verified,
    located.is_official,
    located.tier,
    located.version,
    versions.versions,
    located.first_published_at as first_released_at,
    located.published_at as released_at,
    located.first_observed_at,
    located.last_observed_at
from located
left join {{ ref('int_github__source_repositories') }} as repositories
    on located.source_repository = repositories.source_repository
left join versions
    on
        located.kind = versions.kind
        and located.artifact_id = versions.artifact_id
