with

maintainers as (

    select * from {{ ref('stg_artifact_hub__maintainers') }}

),

-- Whoever publishes what others own is none of them.
sources as (

    select
        artifacts.creator_account_id as account_id,
        max(repositories.owner_login) as owner_login,
        max(artifacts.released_at) as released_at
    from {{ ref('int_artifact_hub__artifacts') }} as artifacts
    inner join {{ ref('int_github__source_repositories') }} as repositories
        on artifacts.source_repository = repositories.source_repository
    where repositories.is_found and artifacts.creator_account_id is not null
    group by artifacts.creator_account_id
    having count(distinct repositories.owner_login) = 1

),

claims as (

    select
        account_id,
        'email' as kind,
        cast(null as string) as claimed_platform,
        lower(trim(email)) as value,
        'maintainers' as field,
        released_at as stated_at
    from maintainers
    union all
    select
        account_id,
        'full_name' as kind,
        cast(null as string) as claimed_platform,
        trim(name) as value,
        'maintainers' as field,
        released_at as stated_at
    from maintainers
    union all
    select
        account_id,
        'namespace' as kind,
        'github' as claimed_platform,
        owner_login as value,
        'links' as field,
        released_at as stated_at
    from sources

)

select
    'artifact_hub' as platform,
    account_id,
    kind,
    claimed_platform,
    value,
    field,
    false as is_verified,
    max(stated_at) as stated_at
from claims
where value <> ''
group by account_id, kind, claimed_platform, value, field
