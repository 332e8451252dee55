with

source as (

    select * from {{ source('resolution', 'places') }}

),

renamed as (

    select
        location,
        country_code,
        region,
        city,
        latitude,
        longitude,
        precision as place_precision,
        confidence as place_confidence,
        method as place_method
    from source
    where position = 1

)

select * from renamed
