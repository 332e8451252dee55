with

latest as (

    {{ latest_observations(source('github', 'forks'), 'fork_id') }}

)

select
    fork_id,
    repository_id,
    name_with_owner,
    user_id,
    user_database_id,
    user_login,
    created_at,
    first_observed_at,
    observed_at as last_observed_at
from latest
