with

source as (

    select * from {{ source('resolution', 'identity_links') }}

),

renamed as (

    select
        platform,
        account_id,
        linked_platform,
        linked_account_id,
        evidence,
        confidence,
        status,
        reason
    from source

)

select * from renamed
