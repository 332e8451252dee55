with

residents as (

    select
        people.*,
        heroes.rank
    from {{ ref('people') }} as people
    inner join {{ ref('heroes') }} as heroes on people.person_id = heroes.person_id
    where
        people.country_code is not null
        and not people.has_left

),

city_counts as (

    select
        country_code,
        count(*) as cities
    from {{ ref('cities') }}
    group by country_code

),

totals as (

    select
        country_code,
        count(*) as people,
        count(distinct company_id) as companies,
        count(case when rank <= 100 then 1 end) as heroes_in_top_100,
        min(rank) as best_rank
    from residents
    group by country_code

)

select
    totals.country_code,
    coalesce(country_names.country_name, totals.country_code) as country_name,
    totals.people,
    coalesce(city_counts.cities, 0) as cities,
    totals.companies,
    totals.heroes_in_top_100,
    totals.best_rank
from totals
left join city_counts on totals.country_code = city_counts.country_code
left join {{ ref('country_names') }} as country_names on totals.country_code = country_names.country_code
