with

roles as (

    select
        account_id,
        case when kind = 'star' then 'stargazer' else 'subscriber' end as user_interaction
    from {{ ref('int_github__list_entries') }}
    where
        kind in ('star', 'watch')
        and ended_at is null
    union distinct
    select
        github_accounts.account_id,
        'contributor' as user_interaction
    from {{ ref('stg_github__contributors') }} as contributors
    inner join {{ ref('int_github__accounts') }} as github_accounts on contributors.user_id = github_accounts.user_id

),

accounts as (

    select
        *,
        -- A login that was given up may be somebody else's by now: whoever was seen with it last has it.
        row_number() over (
            partition by lower(login)
            order by last_seen_at desc nulls last, account_id asc nulls last
        ) as recency
    from {{ ref('int_accounts') }}
    where
        platform = 'github'
        and is_found

)

select
    accounts.login as username,
    nullif(replace(accounts.company, '@', ''), '') as company,
    coalesce(organizations.organizations, '[]') as organizations,
    accounts.email,
    accounts.location,
    -- The REST API, which GHRR asks, counts 0 for apps; GraphQL, which we ask, has no such fields for them.
    case when accounts.account_type = 'Bot' then 0 else accounts.followers end as followers_count,
    case when accounts.account_type = 'Bot' then 0 else accounts.public_repos end as public_repos_count,
    roles.user_interaction
from accounts
inner join roles on accounts.account_id = roles.account_id
left join {{ ref('int_github__organizations') }} as organizations on accounts.account_id = organizations.account_id
where accounts.recency = 1
