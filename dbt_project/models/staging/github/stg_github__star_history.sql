with

source as (

    select * from {{ source('github', 'star_history') }}

),

latest as (

    select
        *,
        row_number() over (
            partition by repository_id, week
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency,
        min(observed_at) over (partition by repository_id, week) as first_observed_at
    from source

),

renamed as (

    select
        repository_id,
        week as week_began_at,
        stars,
        stars_by_day,
        first_observed_at,
        observed_at as last_observed_at
    from latest
    where recency = 1

)

select * from renamed
