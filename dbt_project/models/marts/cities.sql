with

points as (

    select
        people.country_code,
        people.region,
        people.city,
        people.latitude,
        people.longitude,
        count(*) as people,
        count(case when heroes.rank <= 100 then 1 end) as heroes_in_top_100,
        min(heroes.rank) as best_rank
    from {{ ref('people') }} as people
    inner join {{ ref('heroes') }} as heroes on people.person_id = heroes.person_id
    where
        people.country_code is not null
        and people.city is not null
        and not people.has_left
    group by
        people.country_code,
        people.region,
        people.city,
        people.latitude,
        people.longitude

),

ranked_points as (

    select
        *,
        row_number() over (
            partition by country_code, region, city
            order by people desc nulls last, latitude asc nulls last, longitude asc nulls last
        ) as point_rank
    from points

)

select
    country_code || '/' || coalesce(region, '') || '/' || city as city_id,
    country_code,
    region,
    city,
    max(case when point_rank = 1 then latitude end) as latitude,
    max(case when point_rank = 1 then longitude end) as longitude,
    cast(sum(people) as bigint) as people,
    cast(sum(heroes_in_top_100) as bigint) as heroes_in_top_100,
    min(best_rank) as best_rank
from ranked_points
group by
    country_code,
    region,
    city
