with

latest as (

    {{ latest_observations(source('terraform_registry', 'modules'), 'module_id, cast(observed_at as date)') }}

)

select
    module_id,
    cast(observed_at as date) as observed_on,
    downloads
from latest
