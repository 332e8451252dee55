with

contributors as (

    select
        repository_id,
        user_id,
        user_database_id,
        user_login,
        contributions
    from {{ ref('stg_github__artifact_contributors') }}
    union all
    select
        repository_id,
        user_id,
        user_database_id,
        user_login,
        contributions
    from {{ ref('stg_github__contributors') }}
    where user_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by repository_id, user_id
            order by contributions desc nulls last
        ) as recency
    from contributors

)

select
    repository_id,
    user_id,
    coalesce(cast(user_database_id as string), user_id) as account_id,
    user_login as login,
    contributions
from ranked
where recency = 1
