with

source as (

    select * from {{ source('artifact_hub', 'packages') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by package_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by package_id) as first_observed_at
    from source

),

renamed as (

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
    where recency = 1

)

select * from renamed
