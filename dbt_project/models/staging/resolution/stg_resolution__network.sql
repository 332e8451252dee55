with

source as (

    select * from {{ source('resolution', 'network') }}

),

renamed as (

    select
        person_id,
        pagerank,
        pagerank_without_stars,
        pagerank_with_suspicious
    from source

)

select * from renamed
