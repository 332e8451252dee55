with

residents as (

    select count(*) as people
    from {{ ref('people') }}
    where
        country_code is not null
        and city is not null
        and not is_bot
        and not is_suspicious
        and not has_left

),

totals as (

    select coalesce(sum(people), 0) as people
    from {{ ref('cities') }}

)

select totals.people
from totals
cross join residents
where totals.people <> residents.people
