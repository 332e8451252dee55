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

),

accounts as (

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

),

bots as (

    select lower(login) as login
    from {{ ref('bots') }}

)

select
    accounts.platform,
    accounts.account_id,
    accounts.github_node_id,
    accounts.github_id,
    accounts.login,
    accounts.name,
    accounts.company,
    accounts.location,
    accounts.email,
    case
        when accounts.email like '%_@_%' then lower(split_part(accounts.email, '@', -1))
    end as email_domain,
    accounts.bio,
    accounts.website_url,
    accounts.twitter_username,
    accounts.followers,
    accounts.following,
    accounts.public_repos,
    accounts.own_repo_stars,
    accounts.h_index,
    accounts.account_type,
    accounts.is_found,
    coalesce(accounts.account_type not in ('Organization', 'Mannequin'), true) as is_person_account,
    coalesce(
        accounts.account_type = 'Bot'
        or right(lower(accounts.login), 5) = '[bot]'
        or right(lower(accounts.login), 4) in ('-bot', '_bot')
        or bots.login is not null,
        false
    ) as is_bot,
    accounts.created_at,
    accounts.first_seen_at,
    accounts.last_seen_at
from accounts
left join bots on lower(accounts.login) = bots.login
