with

namespaces as (

    select
        creator_account_id as account_id,
        -- The registry writes a namespace in several ways.
        min(namespace) as login,
        -- Whoever publishes what several others own is nobody of whom GitHub tells.
        case when count(distinct owner_login) = 1 then min(owner_type) end as owner_type,
        min(first_observed_at) as first_seen_at,
        max(last_observed_at) as last_seen_at
    from {{ ref('int_terraform_registry__artifacts') }}
    group by creator_account_id

)

select
    'terraform_registry' as platform,
    account_id,
    cast(null as string) as github_node_id,
    cast(null as bigint) as github_id,
    login,
    cast(null as string) as name,
    cast(null as string) as company,
    cast(null as string) as location,
    cast(null as string) as email,
    cast(null as string) as bio,
    'https://registry.terraform.io/namespaces/' || account_id as website_url,
    cast(null as string) as twitter_username,
    cast(null as bigint) as followers,
    cast(null as bigint) as following,
    cast(null as bigint) as public_repos,
    cast(null as bigint) as own_repo_stars,
    cast(null as bigint) as h_index,
    coalesce(owner_type, 'Namespace') as account_type,
    true as is_found,
    cast(null as timestamp with time zone) as created_at,
    first_seen_at,
    last_seen_at
from namespaces
