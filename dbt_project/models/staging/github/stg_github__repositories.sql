with

latest as (

    {{ latest_observations(source('github', 'repositories'), 'repository_id') }}

)

select
    repository_id,
    database_id,
    name_with_owner,
    owner_login,
    description,
    is_fork,
    is_archived,
    primary_language,
    stargazer_count,
    fork_count,
    watcher_count,
    created_at,
    pushed_at,
    star_tier,
    first_observed_at,
    observed_at as last_observed_at
from latest
