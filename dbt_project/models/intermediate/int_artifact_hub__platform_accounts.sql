with

publishers as (

    select
        publisher_id as account_id,
        publisher_name as name,
        first_observed_at,
        last_observed_at,
        row_number() over (
            partition by publisher_id
            order by last_observed_at desc nulls last, package_id asc nulls last
        ) as recency,
        min(first_observed_at) over (partition by publisher_id) as first_seen_at
    from {{ ref('stg_artifact_hub__packages') }}
    where publisher_id is not null

),

maintainers as (

    select
        account_id,
        -- Names are published, addresses are not.
        case when name not like '%@%' then name end as name,
        last_observed_at,
        row_number() over (
            partition by account_id
            order by last_observed_at desc nulls last, package_id asc nulls last
        ) as recency,
        min(first_observed_at) over (partition by account_id) as first_seen_at
    from {{ ref('stg_artifact_hub__maintainers') }}

),

accounts as (

    select
        account_id,
        split_part(account_id, ':', 2) as login,
        name,
        case when account_id like 'organization:%' then 'Organization' else 'User' end as account_type,
        true as is_found,
        first_seen_at,
        last_observed_at as last_seen_at
    from publishers
    where recency = 1
    union all
    select
        account_id,
        cast(null as string) as login,
        name,
        'User' as account_type,
        -- No account that lives here: the same person may publish as a user, and maintain by several addresses.
        false as is_found,
        first_seen_at,
        last_observed_at as last_seen_at
    from maintainers
    where recency = 1

)

select
    'artifact_hub' as platform,
    account_id,
    cast(null as string) as github_node_id,
    cast(null as bigint) as github_id,
    login,
    name,
    cast(null as string) as company,
    cast(null as string) as location,
    -- Claims have it: whoever maintains a package has not published it as a way to be reached.
    cast(null as string) as email,
    cast(null as string) as bio,
    case
        when account_id like 'user:%' then 'https://artifacthub.io/packages/search?user=' || login
        when account_id like 'organization:%' then 'https://artifacthub.io/packages/search?org=' || login
    end as website_url,
    cast(null as string) as twitter_username,
    cast(null as bigint) as followers,
    cast(null as bigint) as following,
    cast(null as bigint) as public_repos,
    cast(null as bigint) as own_repo_stars,
    cast(null as bigint) as h_index,
    account_type,
    is_found,
    cast(null as timestamp with time zone) as created_at,
    first_seen_at,
    last_seen_at
from accounts
