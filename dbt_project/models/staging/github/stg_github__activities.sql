with

latest as (

    {{ latest_observations(source('github', 'activities'), 'activity_id') }}

)

select
    activity_id,
    kind,
    repository_id,
    thread_id,
    user_id,
    user_database_id,
    user_login,
    happened_at,
    merged_at,
    state,
    first_observed_at,
    observed_at as last_observed_at
from latest
