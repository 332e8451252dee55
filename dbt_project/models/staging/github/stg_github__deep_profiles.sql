with

latest as (

    {{ latest_observations(source('github', 'deep_profiles'), 'user_id') }}

)

select
    user_id,
    user_database_id,
    is_hero,
    is_sampled,
    repositories,
    starred_repositories,
    contributed_repositories,
    first_observed_at,
    observed_at as last_observed_at
from latest
