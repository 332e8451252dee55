with

source as (

    select * from {{ source('resolution', 'consents') }}

),

latest as (

    select
        *,
        -- Of two decisions at the same moment the refusal counts.
        row_number() over (
            partition by platform, account_id, channel
            order by decided_at desc nulls last, consent desc nulls last
        ) as recency
    from source

),

renamed as (

    select
        platform,
        account_id,
        channel,
        consent,
        decided_at
    from latest
    where recency = 1

)

select * from renamed
