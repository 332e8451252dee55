with

accounts as (

    select * from {{ ref('int_platform_accounts') }}

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
    coalesce(accounts.account_type not in ('Organization', 'Mannequin', 'Namespace'), true) as is_person_account,
    accounts.created_at,
    accounts.first_seen_at,
    accounts.last_seen_at
from accounts
