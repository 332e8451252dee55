with

details as (

    select * from {{ source('artifact_hub', 'package_details') }}
    -- Rows with an account are its maintainers.
    where account_id is null

),

latest as (

    {{ latest_observations('details', 'package_id') }}

)

select
    package_id,
    is_found,
    version,
    released_at,
    home_url,
    source_url,
    source_field,
    versions,
    first_released_at,
    observed_at as last_observed_at
from latest
