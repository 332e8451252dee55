with

latest as (

    {{ latest_observations(source('artifact_hub', 'packages'), 'package_id') }}

)

select
    package_id,
    name,
    normalized_name,
    display_name,
    description,
    kind,
    kind_name,
    stars,
    version,
    released_at,
    is_official,
    is_deprecated,
    repository_name,
    repository_url,
    repository_is_official,
    is_verified_publisher,
    publisher_id,
    publisher_name,
    first_observed_at,
    observed_at as last_observed_at
from latest
