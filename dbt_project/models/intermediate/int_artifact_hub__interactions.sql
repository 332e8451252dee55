with

artifacts as (

    select * from {{ ref('int_artifact_hub__artifacts') }}

),

published as (

    select
        creator_account_id as account_id,
        artifact_id,
        name,
        first_released_at as happened_at,
        first_observed_at,
        cast(null as timestamp with time zone) as ended_at
    from artifacts
    where creator_account_id is not null
    union all
    -- Since when somebody maintains a package is not told.
    select
        maintainers.account_id,
        maintainers.package_id as artifact_id,
        artifacts.name,
        cast(null as timestamp with time zone) as happened_at,
        maintainers.first_observed_at,
        maintainers.ended_at
    from {{ ref('stg_artifact_hub__maintainers') }} as maintainers
    inner join artifacts on maintainers.package_id = artifacts.artifact_id

)

select
    'artifact_hub' as platform,
    account_id,
    'published' as kind,
    'artifact' as target_type,
    artifact_id as target_id,
    coalesce(name, artifact_id) as target_name,
    happened_at,
    first_observed_at,
    ended_at
from published
