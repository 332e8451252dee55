select
    accounts.person_id,
    places.place_position,
    accounts.location,
    places.country_code,
    places.region,
    places.city,
    places.latitude,
    places.longitude,
    places.place_precision,
    places.place_confidence,
    places.place_method
from {{ ref('int_person_accounts') }} as accounts
inner join {{ ref('stg_resolution__named_places') }} as places on accounts.location = places.location
where accounts.account_rank = 1
