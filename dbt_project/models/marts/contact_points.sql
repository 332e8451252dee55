with

accounts as (

    select person_accounts.*
    from {{ ref('int_person_accounts') }} as person_accounts
    inner join {{ ref('people') }} as people on person_accounts.person_id = people.person_id
    where not people.is_bot

),

published as (

    select
        platform,
        account_id,
        'email' as channel,
        email as address
    from accounts
    where email_domain is not null
    union distinct
    select
        platform,
        account_id,
        linked_platform as channel,
        linked_account as address
    from {{ ref('identity_links') }}
    -- Whoever clicks on an address must not run it: nothing with another scheme than these two is one.
    where
        status = 'claimed'
        and (
            lower(linked_account) like 'http://_%'
            or lower(linked_account) like 'https://_%'
            or linked_account not like '%:%'
        )

)

select
    accounts.person_id,
    accounts.platform,
    accounts.account_id,
    published.channel,
    published.address,
    case when accounts.platform = 'github' then 'https://github.com/' || accounts.login end as published_at,
    coalesce(consents.consent, 'unknown') as consent
from published
inner join accounts
    on
        published.platform = accounts.platform
        and published.account_id = accounts.account_id
left join {{ ref('stg_resolution__consents') }} as consents
    on
        published.platform = consents.platform
        and published.account_id = consents.account_id
        and published.channel = consents.channel
