with

residents as (

    select count(*) as people
    from {{ ref('people') }}
    where
        country_code is not null
        and not is_bot
        and not is_suspicious
        and not has_left

),

known_cities as (

    select count(*) as cities
    from {{ ref('cities') }}

),

totals as (

    select
        coalesce(sum(people), 0) as people,
        coalesce(sum(cities), 0) as cities
    from {{ ref('countries') }}

)

select totals.*
from totals
cross join residents
cross join known_cities
where
    totals.people <> residents.people
    or totals.cities <> known_cities.cities
