with

repositories as (

    select * from {{ ref('stg_github__artifact_repositories') }}

),

listed as (

    select
        repository_id,
        count(*) as contributors
    from {{ ref('int_github__source_contributors') }}
    group by repository_id

)

select
    repositories.source_repository,
    repositories.is_found,
    repositories.refusal,
    repositories.repository_id,
    repositories.name_with_owner,
    cast(repositories.owner_database_id as string) as owner_account_id,
    repositories.owner_login,
    repositories.owner_type,
    repositories.stargazer_count,
    listed.contributors,
    repositories.last_observed_at
from repositories
left join listed on repositories.repository_id = listed.repository_id
