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
        rows_loaded,
        coalesce(is_partial, false) as is_partial
    from source

)

select * from renamed
