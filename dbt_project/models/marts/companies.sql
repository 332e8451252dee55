with

population as (

    select count(*) as heroes
    from {{ ref('heroes') }}

),

members as (

    select
        company_members.company_id,
        people.country_code,
        people.followers,
        people.first_seen_at,
        people.last_seen_at,
        heroes.rank,
        roles.*,
        heroes.rank <= ceil(0.1 * population.heroes)
        and roles.pull_requests + roles.reviews + roles.contributions > 0 as is_champion,
        people.first_seen_at >= today.as_of - interval '30' day as is_new_in_30_days,
        people.first_seen_at >= today.as_of - interval '90' day as is_new_in_90_days
    from {{ ref('company_members') }} as company_members
    inner join {{ ref('people') }} as people on company_members.person_id = people.person_id
    inner join {{ ref('heroes') }} as heroes on company_members.person_id = heroes.person_id
    left join {{ ref('int_roles') }} as roles on company_members.person_id = roles.person_id
    cross join {{ ref('int_as_of') }} as today
    cross join population

),

totals as (

    select
        company_id,
        count(*) as members,
        count(case when stars > 0 then 1 end) as stargazers,
        count(case when watches > 0 then 1 end) as watchers,
        count(case when forks > 0 then 1 end) as forkers,
        count(case when contributions > 0 then 1 end) as contributors,
        count(case when issues > 0 then 1 end) as issue_authors,
        count(case when pull_requests > 0 then 1 end) as pull_request_authors,
        count(case when comments > 0 then 1 end) as commenters,
        count(case when reviews > 0 then 1 end) as reviewers,
        count(case when discussions > 0 then 1 end) as discussion_authors,
        count(case when artifacts > 0 then 1 end) as publishers,
        cast(coalesce(sum(followers), 0) as bigint) as followers,
        count(distinct country_code) as countries,
        count(case when rank <= 100 then 1 end) as heroes_in_top_100,
        min(rank) as best_rank,
        count(case when is_champion then 1 end) as champions,
        min(first_seen_at) as first_seen_at,
        max(last_seen_at) as last_seen_at,
        count(case when is_new_in_30_days then 1 end) as new_30_days,
        count(case when is_new_in_90_days then 1 end) as new_90_days
    from members
    group by company_id

)

select
    totals.company_id,
    names.company_name,
    names.sector,
    names.parent_company_id,
    names.parent_company_name,
    totals.members,
    totals.stargazers,
    totals.watchers,
    totals.forkers,
    totals.contributors,
    totals.issue_authors,
    totals.pull_request_authors,
    totals.commenters,
    totals.reviewers,
    totals.discussion_authors,
    totals.publishers,
    totals.followers,
    totals.countries,
    totals.heroes_in_top_100,
    totals.best_rank,
    totals.champions,
    totals.first_seen_at,
    totals.last_seen_at,
    totals.new_30_days,
    totals.new_90_days,
    case
        when totals.members = 1 then 'single user'
        when totals.champions > 0 then 'champion-led'
        when totals.members < 5 then 'several'
        else 'team'
    end as expansion_stage
from totals
inner join {{ ref('int_companies') }} as names on totals.company_id = names.company_id
