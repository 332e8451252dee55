with

source as (

    select * from {{ source('resolution', 'suspicion') }}

),

renamed as (

    select
        platform,
        account_id,
        suspicion,
        reasons as suspicion_reasons,
        is_onlooker,
        is_suspicious
    from source

)

select * from renamed
