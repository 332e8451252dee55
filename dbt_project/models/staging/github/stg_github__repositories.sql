with

source as (

    select * from {{ source('github', 'repositories') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by repository_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by repository_id) as first_observed_at
    from source

),

renamed as (

    select
        repository_id,
        database_id,
        name_with_owner,
        owner_login,
        description,
        is_fork,
        is_archived,
        primary_language,
        stargazer_count,
        fork_count,
        watcher_count,
        created_at,
        pushed_at,
        star_tier,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
