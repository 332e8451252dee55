with

stars as (

    select
        user_id,
        'star' as kind,
        repository_id,
        starred_at as happened_at,
        first_observed_at
    from {{ ref('stg_github__stargazers') }}

),

watches as (

    select
        user_id,
        'watch' as kind,
        repository_id,
        cast(null as timestamp with time zone) as happened_at,
        first_observed_at
    from {{ ref('stg_github__watchers') }}

),

forks as (

    select
        user_id,
        'fork' as kind,
        repository_id,
        created_at as happened_at,
        first_observed_at
    from {{ ref('stg_github__forks') }}

),

activities as (

    select
        user_id,
        kind,
        repository_id,
        happened_at,
        first_observed_at
    from {{ ref('stg_github__activities') }}

),

contributions as (

    select
        user_id,
        'contribution' as kind,
        repository_id,
        cast(null as timestamp with time zone) as happened_at,
        first_observed_at
    from {{ ref('stg_github__contributors') }}

),

edges as (

    select * from stars
    union all
    select * from watches
    union all
    select * from forks
    union all
    select * from activities
    union all
    select * from contributions

)

select
    'github' as platform,
    accounts.account_id,
    edges.kind,
    'repository' as target_type,
    edges.repository_id as target_id,
    repositories.name_with_owner as target_name,
    edges.happened_at,
    min(edges.first_observed_at) as first_observed_at
from edges
inner join {{ ref('int_github__accounts') }} as accounts on edges.user_id = accounts.user_id
left join {{ ref('stg_github__repositories') }} as repositories on edges.repository_id = repositories.repository_id
group by
    accounts.account_id,
    edges.kind,
    edges.repository_id,
    repositories.name_with_owner,
    edges.happened_at
