select
    'terraform_registry' as platform,
    module_id as artifact_id,
    observed_on,
    downloads,
    cast(null as bigint) as stars
from {{ ref('stg_terraform_registry__module_days') }}
union all
select
    'terraform_registry' as platform,
    provider_id as artifact_id,
    observed_on,
    downloads,
    cast(null as bigint) as stars
from {{ ref('stg_terraform_registry__provider_days') }}
union all
select
    'artifact_hub' as platform,
    package_id as artifact_id,
    observed_on,
    cast(null as bigint) as downloads,
    stars
from {{ ref('stg_artifact_hub__package_days') }}
