with

latest as (

    {{ latest_observations(source('terraform_registry', 'providers'), 'provider_id, cast(observed_at as date)') }}

)

select
    provider_id,
    cast(observed_at as date) as observed_on,
    downloads
from latest
