with

source as (

    select * from {{ source('terraform_registry', 'modules') }}

),

latest as (

    select
        *,
        cast(observed_at as date) as observed_on,
        row_number() over (
            partition by module_id, cast(observed_at as date)
            order by observed_at desc nulls last, walk_id desc nulls last
        ) as recency
    from source

),

renamed as (

    select
        module_id,
        observed_on,
        downloads
    from latest
    where recency = 1

)

select * from renamed
