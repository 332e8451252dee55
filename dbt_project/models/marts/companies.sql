with

members as (

    select
        company_members.company_id,
        people.company_name,
        people.country_code,
        people.followers,
        people.first_seen_at,
        people.last_seen_at,
        heroes.rank
    from {{ ref('company_members') }} as company_members
    inner join {{ ref('people') }} as people on company_members.person_id = people.person_id
    inner join {{ ref('heroes') }} as heroes on company_members.person_id = heroes.person_id

)

select
    company_id,
    min(company_name) as company_name,
    count(*) as members,
    cast(coalesce(sum(followers), 0) as bigint) as followers,
    count(case when rank <= 100 then 1 end) as heroes_in_top_100,
    min(rank) as best_rank,
    count(distinct country_code) as countries,
    min(first_seen_at) as first_seen_at,
    max(last_seen_at) as last_seen_at
from members
group by company_id
