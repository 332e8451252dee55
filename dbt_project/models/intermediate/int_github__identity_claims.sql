with

accounts as (

    select
        accounts.*,
        profiles.updated_at
    from {{ ref('int_accounts') }} as accounts
    inner join {{ ref('stg_github__users') }} as profiles on accounts.github_node_id = profiles.user_id
    where accounts.platform = 'github'

),

claims as (

    select
        account_id,
        'email' as kind,
        cast(null as string) as claimed_platform,
        email as value,
        'email' as field,
        -- GitHub lets people publish no address but one that they have confirmed.
        true as is_verified,
        updated_at as stated_at
    from accounts
    where email_domain is not null
    union all
    select
        account_id,
        'full_name' as kind,
        cast(null as string) as claimed_platform,
        name as value,
        'name' as field,
        false as is_verified,
        updated_at as stated_at
    from accounts
    union all
    select
        account_id,
        'handle' as kind,
        'x' as claimed_platform,
        twitter_username as value,
        'twitter_username' as field,
        false as is_verified,
        updated_at as stated_at
    from accounts
    union all
    select
        account_id,
        'website' as kind,
        cast(null as string) as claimed_platform,
        website_url as value,
        'website' as field,
        false as is_verified,
        updated_at as stated_at
    from accounts
    union all
    select
        social_accounts.account_id,
        case when social_accounts.linked_platform = 'website' then 'website' else 'handle' end as kind,
        nullif(social_accounts.linked_platform, 'website') as claimed_platform,
        social_accounts.linked_account as value,
        'social_account' as field,
        false as is_verified,
        accounts.updated_at as stated_at
    from {{ ref('int_github__social_accounts') }} as social_accounts
    inner join accounts on social_accounts.account_id = accounts.account_id

)

select distinct
    'github' as platform,
    account_id,
    kind,
    claimed_platform,
    trim(value) as value,
    field,
    is_verified,
    stated_at
from claims
where trim(value) <> ''
