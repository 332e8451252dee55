with

source as (

    select * from {{ source('resolution', 'company_details') }}

),

renamed as (

    select
        company_id,
        sector,
        parent_company_id,
        parent_company_name
    from source

)

select * from renamed
