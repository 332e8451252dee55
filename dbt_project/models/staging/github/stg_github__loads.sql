with

source as (

    select * from {{ source('github', 'loads') }}

),

renamed as (

    select
        load_id,
        source as source_name,
        started_at,
        finished_at,
        outcome,
        message,
        requests,
        points,
        rows_loaded
    from source

)

select * from renamed
