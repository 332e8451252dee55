with

source as (

    select * from {{ source('resolution', 'person_accounts') }}

),

renamed as (

    select
        platform,
        account_id,
        person_id,
        registered_at
    from source

)

select * from renamed
