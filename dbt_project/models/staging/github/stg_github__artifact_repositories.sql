with

latest as (

    {{ latest_observations(source('github', 'artifact_repositories'), 'source_repository') }}

)

select
    source_repository,
    is_found,
    refusal,
    repository_id,
    name_with_owner,
    owner_id,
    owner_database_id,
    owner_login,
    owner_type,
    is_archived,
    stargazer_count,
    fork_count,
    pushed_at,
    first_observed_at,
    observed_at as last_observed_at
from latest
