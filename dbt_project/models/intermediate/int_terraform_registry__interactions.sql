select
    platform,
    creator_account_id as account_id,
    'published' as kind,
    'artifact' as target_type,
    artifact_id as target_id,
    artifact_id as target_name,
    first_released_at as happened_at,
    first_observed_at,
    cast(null as timestamp with time zone) as ended_at
from {{ ref('int_terraform_registry__artifacts') }}
