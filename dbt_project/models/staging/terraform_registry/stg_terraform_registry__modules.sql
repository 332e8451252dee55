with

published as (

    select
        *,
        min(published_at) over (partition by module_id) as first_published_at
    from {{ source('terraform_registry', 'modules') }}

),

latest as (

    {{ latest_observations('published', 'module_id') }}

)

select
    module_id,
    creator_id,
    namespace,
    name,
    provider,
    description,
    source_url,
    version,
    published_at,
    is_verified,
    downloads,
    downloads_week,
    downloads_month,
    downloads_year,
    first_published_at,
    first_observed_at,
    observed_at as last_observed_at
from latest
