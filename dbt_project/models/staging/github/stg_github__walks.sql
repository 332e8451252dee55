with

latest as (

    {{ latest_observations(source('github', 'walks'), 'walk_id, repository_id, list') }}

)

select
    walk_id,
    repository_id,
    list,
    is_whole,
    records,
    live_count,
    started_at,
    observed_at as ended_at
from latest
