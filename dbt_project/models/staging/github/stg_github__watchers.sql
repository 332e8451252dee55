with

source as (

    select * from {{ source('github', 'watchers') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by repository_id, user_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by repository_id, user_id) as first_observed_at
    from source

),

renamed as (

    select
        repository_id,
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
