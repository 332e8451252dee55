with

source as (

    select * from {{ source('github', 'artifact_repositories') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by source_repository
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by source_repository) as first_observed_at
    from source

),

renamed as (

    select
        source_repository,
        is_found,
        refusal,
        repository_id,
        name_with_owner,
        owner_id,
        owner_database_id,
        owner_login,
        owner_type,
        is_archived,
        stargazer_count,
        fork_count,
        pushed_at,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
