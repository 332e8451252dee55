with

listed as (

    select
        *,
        max(observed_at) over (partition by repository_id) as listed_at
    from {{ source('github', 'artifact_contributors') }}

),

latest as (

    {{ latest_observations('listed', 'repository_id, user_id') }}

)

select
    repository_id,
    user_id,
    user_database_id,
    user_login,
    contributions,
    observed_at as last_observed_at
from latest
-- A list is one observation as a whole: who is not in the latest one has left it.
where observed_at = listed_at
