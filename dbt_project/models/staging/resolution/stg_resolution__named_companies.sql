with

source as (

    select * from {{ source('resolution', 'named_companies') }}

),

renamed as (

    select
        company,
        position,
        company_id,
        company_name,
        is_current,
        method as company_method,
        confidence as company_confidence
    from source

)

select * from renamed
