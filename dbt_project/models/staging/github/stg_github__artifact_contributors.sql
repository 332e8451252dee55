with

source as (

    select * from {{ source('github', 'artifact_contributors') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by repository_id, user_id
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        max(observed_at) over (partition by repository_id) as listed_at
    from source

),

renamed as (

    select
        repository_id,
        user_id,
        user_database_id,
        user_login,
        contributions,
        observed_at as last_observed_at
    from latest
    -- A list is one observation as a whole: who is not in the latest one has left it.
    where recency = 1 and observed_at = listed_at

)

select * from renamed
