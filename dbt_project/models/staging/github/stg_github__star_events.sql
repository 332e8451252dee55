with

source as (

    select * from {{ source('github', 'star_events') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by event_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by event_id) as first_observed_at
    from source

),

renamed as (

    select
        event_id,
        repository_id,
        user_id,
        user_database_id,
        user_login,
        starred_at,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
