-- Whoever publishes what others own is none of them.
with

sources as (

    select
        creator_account_id as account_id,
        max(owner_login) as owner_login,
        max(released_at) as released_at
    from {{ ref('int_terraform_registry__artifacts') }}
    where owner_login is not null
    group by creator_account_id
    having count(distinct owner_login) = 1

)

select
    'terraform_registry' as platform,
    account_id,
    'namespace' as kind,
    'github' as claimed_platform,
    owner_login as value,
    'source' as field,
    false as is_verified,
    released_at as stated_at
from sources
