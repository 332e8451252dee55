with

profiles as (

    select * from {{ ref('stg_github__users') }}

),

links as (

    select *
    from {{ json_rows(
        'profiles',
        'user_id',
        'social_accounts',
        {
            'provider': 'varchar',
            'display_name': 'varchar',
            'url': 'varchar',
        },
    ) }}

)

select distinct
    accounts.account_id,
    case
        when links.provider = 'GENERIC' then 'website'
        when links.provider = 'TWITTER' then 'x'
        else lower(links.provider)
    end as linked_platform,
    -- The handle, as in twitter_username: one account of X, however it is published, is one link target.
    case
        when links.provider = 'TWITTER' then replace(links.display_name, '@', '')
        else links.url
    end as linked_account
from links
inner join {{ ref('int_github__accounts') }} as accounts on links.user_id = accounts.user_id
where links.provider is not null
