with

source as (

    select * from {{ source('terraform_registry', 'versions') }}

),

renamed as (

    select
        kind,
        artifact_id,
        version,
        min(observed_at) as first_observed_at
    from source
    group by
        kind,
        artifact_id,
        version

)

select * from renamed
