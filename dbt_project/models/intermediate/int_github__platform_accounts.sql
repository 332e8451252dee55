with

github_accounts as (

    select
        *,
        -- GitHub has two formats of node ids; the same account may have been observed under both.
        row_number() over (
            partition by account_id
            order by last_seen_at desc nulls last, user_id asc nulls last
        ) as recency,
        min(first_seen_at) over (partition by account_id) as first_account_seen_at
    from {{ ref('int_github__accounts') }}

)

select
    'github' as platform,
    account_id,
    user_id as github_node_id,
    database_id as github_id,
    login,
    name,
    company,
    location,
    email,
    bio,
    website_url,
    twitter_username,
    followers_count as followers,
    following_count as following,
    public_repositories_count as public_repos,
    own_repo_stars,
    h_index,
    account_type,
    is_found,
    created_at,
    first_account_seen_at as first_seen_at,
    last_seen_at
from github_accounts
where recency = 1
