with

published as (

    select
        *,
        min(published_at) over (partition by provider_id) as first_published_at
    from {{ source('terraform_registry', 'providers') }}

),

latest as (

    {{ latest_observations('published', 'provider_id') }}

)

select
    provider_id,
    creator_id,
    registry_id,
    namespace,
    name,
    description,
    source_url,
    version,
    published_at,
    tier,
    is_unlisted,
    downloads,
    downloads_week,
    downloads_month,
    downloads_year,
    first_published_at,
    first_observed_at,
    observed_at as last_observed_at
from latest
