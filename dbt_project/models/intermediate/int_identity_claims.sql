select
    platform,
    account_id,
    kind,
    claimed_platform,
    value,
    field,
    is_verified,
    stated_at
from {{ ref('int_github__identity_claims') }}
