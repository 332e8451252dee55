with

source as (

    select * from {{ source('artifact_hub', 'package_details') }}
    -- Rows with an account are its maintainers.
    where account_id is null

),

latest as (

    select
        *,
        row_number() over (
            partition by package_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency
    from source

),

renamed as (

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
    where recency = 1

)

select * from renamed
