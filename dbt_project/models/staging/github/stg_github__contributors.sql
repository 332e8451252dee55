with

latest as (

    {{ latest_observations(source('github', 'contributors'), 'repository_id, user_id') }}

)

select
    repository_id,
    user_id,
    user_database_id,
    user_login,
    contributors,
    contributions,
    first_observed_at,
    observed_at as last_observed_at
from latest
