with

accounts as (

    select
        platform,
        account_id,
        -- What looks like an e-mail address is not shown, wherever a person typed it.
        case when login like '%_@_%.%' then account_id else coalesce(login, account_id) end as login
    from {{ ref('int_accounts') }}

),

pairs as (

    select * from {{ ref('stg_resolution__identity_links') }}

),

both_ways as (

    select
        platform,
        account_id,
        linked_platform,
        linked_account_id,
        evidence,
        confidence,
        status,
        reason
    from pairs
    union all
    select
        linked_platform as platform,
        linked_account_id as account_id,
        platform as linked_platform,
        account_id as linked_account_id,
        evidence,
        confidence,
        status,
        reason
    from pairs

),

links as (

    select
        platform,
        account_id,
        coalesce(claimed_platform, 'website') as linked_platform,
        value as linked_account,
        cast(null as string) as linked_account_id,
        field as evidence,
        case when kind = 'website' and field <> 'social_account' then 0.8 else 1 end as confidence,
        'claimed' as status,
        cast(null as string) as reason
    from {{ ref('int_identity_claims') }}
    where
        kind in ('handle', 'website')
        -- A person may have typed an address where a website is asked for.
        and (value not like '%_@_%.%' or value like '%/%')
    union all
    select
        both_ways.platform,
        both_ways.account_id,
        both_ways.linked_platform,
        accounts.login as linked_account,
        both_ways.linked_account_id,
        both_ways.evidence,
        both_ways.confidence,
        both_ways.status,
        both_ways.reason
    from both_ways
    inner join accounts
        on
            both_ways.linked_platform = accounts.platform
            and both_ways.linked_account_id = accounts.account_id

)

select distinct
    person_accounts.person_id,
    links.platform,
    links.account_id,
    links.linked_platform,
    links.linked_account,
    links.linked_account_id,
    links.evidence,
    cast(links.confidence as double) as confidence,
    links.status,
    links.reason
from links
inner join {{ ref('int_person_accounts') }} as person_accounts
    on
        links.platform = person_accounts.platform
        and links.account_id = person_accounts.account_id
