with

packages as (

    select
        count(*) as expected,
        max(last_observed_at) as last_observed_at
    from {{ ref('stg_artifact_hub__packages') }}

),

details as (

    select count(*) as seen
    from {{ ref('stg_artifact_hub__package_details') }}

)

select
    'artifact_hub' as source_name,
    packages.expected,
    details.seen,
    packages.last_observed_at
from packages
cross join details
