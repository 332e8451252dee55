with

source as (

    select * from {{ source('github', 'walks') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by walk_id, repository_id, list
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency
    from source

),

renamed as (

    select
        walk_id,
        repository_id,
        list,
        is_whole,
        records,
        live_count,
        started_at,
        observed_at as ended_at
    from latest
    where recency = 1

)

select * from renamed
