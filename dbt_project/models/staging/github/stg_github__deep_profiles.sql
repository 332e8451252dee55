with

source as (

    select * from {{ source('github', 'deep_profiles') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by user_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by user_id) as first_observed_at
    from source

),

renamed as (

    select
        user_id,
        user_database_id,
        is_hero,
        is_sampled,
        repositories,
        starred_repositories,
        contributed_repositories,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
