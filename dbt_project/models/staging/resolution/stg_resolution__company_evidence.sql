with

source as (

    select * from {{ source('resolution', 'company_evidence') }}

),

renamed as (

    select
        kind,
        value,
        company_id,
        company_name,
        is_known,
        method as company_method,
        confidence as company_confidence
    from source

)

select * from renamed
