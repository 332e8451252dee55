with

latest as (

    {{ latest_observations(source('github', 'star_events'), 'event_id') }}

)

select
    event_id,
    repository_id,
    user_id,
    user_database_id,
    user_login,
    starred_at,
    first_observed_at,
    observed_at as last_observed_at
from latest
