select
    person_id,
    platform,
    account_id,
    login,
    name,
    account_rank,
    is_bot,
    created_at
from {{ ref('int_person_accounts') }}
