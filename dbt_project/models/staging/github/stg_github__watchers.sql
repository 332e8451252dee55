with

latest as (

    {{ latest_observations(source('github', 'watchers'), 'repository_id, user_id') }}

)

select
    repository_id,
    user_id,
    user_database_id,
    user_login,
    first_observed_at,
    observed_at as last_observed_at
from latest
