with

periods as (

    select
        platform,
        account_id,
        valid_from,
        valid_to,
        company,
        email_domain,
        bio,
        website_url,
        organizations
    from {{ ref('int_account_history') }}
    union all
    select
        accounts.platform,
        accounts.account_id,
        accounts.first_seen_at as valid_from,
        cast(null as timestamp with time zone) as valid_to,
        accounts.company,
        accounts.email_domain,
        accounts.bio,
        accounts.website_url,
        cast(null as string) as organizations
    from {{ ref('int_accounts') }} as accounts
    left join {{ ref('int_account_history') }} as history
        on
            accounts.platform = history.platform
            and accounts.account_id = history.account_id
    where history.account_id is null

),

memberships as (

    select *
    from {{ json_rows(
        'periods', 'platform, account_id, valid_from, valid_to', 'organizations', {'login': 'varchar'}
    ) }}

),

claims as (

    select
        platform,
        account_id,
        valid_from,
        valid_to,
        'company' as kind,
        company as value
    from periods
    union all
    select
        platform,
        account_id,
        valid_from,
        valid_to,
        'email_domain' as kind,
        email_domain as value
    from periods
    union all
    select
        platform,
        account_id,
        valid_from,
        valid_to,
        'bio' as kind,
        bio as value
    from periods
    union all
    select
        platform,
        account_id,
        valid_from,
        valid_to,
        'website' as kind,
        website_url as value
    from periods
    union all
    select
        platform,
        account_id,
        valid_from,
        valid_to,
        'organization' as kind,
        lower(login) as value
    from memberships

)

select distinct
    platform,
    account_id,
    valid_from,
    valid_to,
    kind,
    value
from claims
where value <> ''
