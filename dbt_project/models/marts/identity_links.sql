with

accounts as (

    select * from {{ ref('int_accounts') }}

),

links as (

    select
        platform,
        account_id,
        'x' as linked_platform,
        trim(twitter_username) as linked_account,
        'twitter_username' as evidence,
        1.0 as confidence
    from accounts
    union all
    select
        'github' as platform,
        account_id,
        linked_platform,
        trim(linked_account) as linked_account,
        'social_account' as evidence,
        1.0 as confidence
    from {{ ref('int_github__social_accounts') }}
    union all
    select
        platform,
        account_id,
        'website' as linked_platform,
        trim(website_url) as linked_account,
        'website' as evidence,
        0.8 as confidence
    from accounts

)

select distinct
    person_accounts.person_id,
    links.platform,
    links.account_id,
    links.linked_platform,
    links.linked_account,
    links.evidence,
    cast(links.confidence as double) as confidence
from links
inner join {{ ref('int_person_accounts') }} as person_accounts
    on
        links.platform = person_accounts.platform
        and links.account_id = person_accounts.account_id
where links.linked_account <> ''
