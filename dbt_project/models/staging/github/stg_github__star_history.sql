with

latest as (

    {{ latest_observations(source('github', 'star_history'), 'repository_id, week') }}

)

select
    repository_id,
    week as week_began_at,
    stars,
    stars_by_day,
    first_observed_at,
    observed_at as last_observed_at
from latest
