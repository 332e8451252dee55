select
    person_id,
    platform,
    account_id,
    kind,
    target_type,
    target_id,
    target_name,
    happened_at,
    first_observed_at,
    ended_at
from {{ ref('int_person_interactions') }}
