with

person_accounts as (

    select * from {{ ref('stg_resolution__person_accounts') }}

),

accounts as (

    select * from {{ ref('int_accounts') }}
    where is_person_account

)

select
    person_accounts.person_id,
    accounts.platform,
    accounts.account_id,
    accounts.github_node_id,
    accounts.github_id,
    accounts.login,
    accounts.name,
    accounts.company,
    accounts.location,
    accounts.email,
    accounts.email_domain,
    accounts.twitter_username,
    accounts.followers,
    accounts.public_repos,
    accounts.own_repo_stars,
    accounts.h_index,
    bots.bot_reason is not null as is_bot,
    bots.bot_reason,
    accounts.created_at,
    row_number() over (
        partition by person_accounts.person_id
        order by
            case when accounts.platform = 'github' then 0 else 1 end asc nulls last,
            accounts.followers desc nulls last,
            accounts.account_id asc nulls last,
            accounts.platform asc nulls last
    ) as account_rank
from person_accounts
inner join accounts
    on
        person_accounts.platform = accounts.platform
        and person_accounts.account_id = accounts.account_id
left join {{ ref('stg_resolution__bots') }} as bots
    on
        person_accounts.platform = bots.platform
        and person_accounts.account_id = bots.account_id
