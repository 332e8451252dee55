with

packages as (

    select * from {{ ref('stg_artifact_hub__packages') }}

),

details as (

    select
        *,
        {{ source_repository('source_url') }} as source_repository,
        {{ source_host('source_url') }} as source_host
    from {{ ref('stg_artifact_hub__package_details') }}

),

repositories as (

    select * from {{ ref('int_github__source_repositories') }}

)

select
    'artifact_hub' as platform,
    packages.package_id as artifact_id,
    coalesce(packages.kind_name, 'kind ' || cast(packages.kind as string), 'unknown') as artifact_type,
    packages.name,
    packages.description,
    packages.publisher_id as creator_account_id,
    case
        when packages.kind_name is not null
            then
                'https://artifacthub.io/packages/' || packages.kind_name || '/' || packages.repository_name
                || '/' || packages.normalized_name
    end as url,
    details.source_url,
    details.source_repository,
    case
        when details.package_id is null then 'not asked yet'
        when not details.is_found or details.source_url is null then 'not stated'
        when details.source_repository is null and details.source_host <> 'github.com' then 'on ' || details.source_host
        when details.source_repository is null then 'not a repository'
        when repositories.is_found is null then 'not asked yet'
        when repositories.is_found then 'found'
        when repositories.refusal is null then 'missing'
        else 'refused'
    end as source_repository_status,
    repositories.contributors,
    packages.stars,
    packages.is_verified_publisher as is_verified,
    coalesce(packages.is_official, false) or coalesce(packages.repository_is_official, false) as is_official,
    coalesce(packages.is_deprecated, false) as is_deprecated,
    packages.version,
    details.versions,
    details.first_released_at,
    packages.released_at,
    packages.first_observed_at,
    packages.last_observed_at
from packages
left join details on packages.package_id = details.package_id
left join repositories on details.source_repository = repositories.source_repository
