with

latest as (

    {{ latest_observations(source('artifact_hub', 'packages'), 'package_id, cast(observed_at as date)') }}

)

select
    package_id,
    cast(observed_at as date) as observed_on,
    stars
from latest
