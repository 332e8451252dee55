with

source as (

    select * from {{ source('resolution', 'similar_companies') }}

),

renamed as (

    select
        company_id,
        other_company_id,
        similarity,
        reason,
        people,
        is_same
    from source

)

select * from renamed
