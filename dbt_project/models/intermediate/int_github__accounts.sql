with

sightings as (

    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_github__stargazers') }}
    union all
    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        -- The feed repeats for weeks what the account was called when it gave the star.
        first_observed_at as last_observed_at
    from {{ ref('stg_github__star_events') }}
    union all
    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_github__watchers') }}
    union all
    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_github__forks') }}
    union all
    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_github__activities') }}
    union all
    select
        user_id,
        user_database_id,
        user_login,
        first_observed_at,
        last_observed_at
    from {{ ref('stg_github__contributors') }}
    where user_id is not null

),

ranked_sightings as (

    select
        *,
        row_number() over (
            partition by user_id
            order by last_observed_at desc nulls last, user_login asc nulls last
        ) as recency,
        min(first_observed_at) over (partition by user_id) as first_sighted_at
    from sightings

),

edges as (

    select * from ranked_sightings
    where recency = 1

),

profiles as (

    select * from {{ ref('stg_github__users') }}

),

stars as (

    select
        user_id,
        sum(stargazer_count) as own_repo_stars
    from {{ ref('int_github__own_repositories') }}
    group by user_id

),

joined as (

    select
        profiles.is_found,
        profiles.account_type,
        profiles.name,
        profiles.company,
        profiles.location,
        profiles.email,
        profiles.bio,
        profiles.website_url,
        profiles.twitter_username,
        profiles.followers_count,
        profiles.following_count,
        profiles.public_repositories_count,
        profiles.created_at,
        coalesce(profiles.user_id, edges.user_id) as user_id,
        coalesce(profiles.database_id, edges.user_database_id) as database_id,
        -- Logins change: the younger of the two observations knows the current one.
        case
            when edges.last_observed_at > profiles.last_seen_at then coalesce(edges.user_login, profiles.login)
            else coalesce(profiles.login, edges.user_login)
        end as login,
        case when profiles.account_type = 'User' then coalesce(stars.own_repo_stars, 0) end as own_repo_stars,
        case when profiles.account_type = 'User' then coalesce(h_indexes.h_index, 0) end as h_index,
        least(edges.first_sighted_at, profiles.first_seen_at) as first_seen_at,
        greatest(edges.last_observed_at, profiles.last_seen_at) as last_seen_at
    from edges
    full outer join profiles on edges.user_id = profiles.user_id
    left join stars on profiles.user_id = stars.user_id
    left join {{ ref('int_github__h_index') }} as h_indexes on profiles.user_id = h_indexes.user_id

)

select
    user_id,
    -- Mannequins are numbered apart from users, so their number could hide a real person's.
    case
        when account_type = 'Mannequin' then user_id
        else coalesce(cast(database_id as string), user_id)
    end as account_id,
    database_id,
    login,
    is_found,
    account_type,
    name,
    company,
    location,
    email,
    bio,
    website_url,
    twitter_username,
    followers_count,
    following_count,
    public_repositories_count,
    cast(own_repo_stars as bigint) as own_repo_stars,
    h_index,
    created_at,
    first_seen_at,
    last_seen_at
from joined
