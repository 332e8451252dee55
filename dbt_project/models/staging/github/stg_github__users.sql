with

known as (

    select
        *,
        -- The number of an account never changes, and a deleted account is observed without it.
        max(database_id) over (partition by user_id) as known_database_id,
        min(case when is_found then observed_at end) over (partition by user_id) as first_seen_at,
        max(case when is_found then observed_at end) over (partition by user_id) as last_seen_at
    from {{ source('github', 'users') }}

),

latest as (

    {{ latest_observations('known', 'user_id') }}

)

select
    user_id,
    is_found,
    account_type,
    known_database_id as database_id,
    login,
    nullif(name, '') as name,
    nullif(company, '') as company,
    nullif(location, '') as location,
    nullif(email, '') as email,
    nullif(bio, '') as bio,
    nullif(website_url, '') as website_url,
    nullif(twitter_username, '') as twitter_username,
    followers_count,
    following_count,
    public_repositories_count,
    organizations,
    social_accounts,
    top_repositories,
    recent_repositories,
    created_at,
    updated_at,
    first_seen_at,
    last_seen_at
from latest
