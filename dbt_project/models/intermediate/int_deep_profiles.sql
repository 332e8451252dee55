select
    profiles.user_id,
    person_accounts.person_id,
    profiles.is_sampled
from {{ ref('stg_github__deep_profiles') }} as profiles
inner join {{ ref('int_github__accounts') }} as accounts on profiles.user_id = accounts.user_id
inner join {{ ref('stg_resolution__person_accounts') }} as person_accounts
    on
        person_accounts.platform = 'github'
        and accounts.account_id = person_accounts.account_id
