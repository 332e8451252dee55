with

source as (

    select * from {{ source('github', 'activities') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by activity_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by activity_id) as first_observed_at
    from source

),

renamed as (

    select
        activity_id,
        kind,
        repository_id,
        thread_id,
        user_id,
        user_database_id,
        user_login,
        happened_at,
        merged_at,
        state,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
