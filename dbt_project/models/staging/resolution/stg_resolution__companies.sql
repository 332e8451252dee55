with

source as (

    select * from {{ source('resolution', 'companies') }}

),

renamed as (

    select
        company,
        company_id,
        company_name,
        method as company_method,
        confidence as company_confidence
    from source

)

select * from renamed
