with

source as (

    select * from {{ source('resolution', 'bots') }}

),

renamed as (

    select
        platform,
        account_id,
        bot_reason
    from source

)

select * from renamed
