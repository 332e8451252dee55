with

source as (

    select * from {{ source('terraform_registry', 'modules') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by module_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(published_at) over (partition by module_id) as first_published_at,
        min(observed_at) over (partition by module_id) as first_observed_at
    from source

),

renamed as (

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
    where recency = 1

)

select * from renamed
