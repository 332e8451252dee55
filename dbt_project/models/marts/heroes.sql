with

ranked as (

    select * from {{ ref('int_ranks') }}
    where not is_suspicious

),

sizes as (

    select
        company_id,
        count(*) as members
    from {{ ref('company_members') }}
    group by company_id

),

colleagues as (

    select
        people.person_id,
        people.company_name,
        sizes.members
    from {{ ref('people') }} as people
    inner join sizes on people.company_id = sizes.company_id
    where not people.has_left

)

select
    ranked.person_id,
    ranked.rank,
    ranked.score,
    ranked.score_without_stars,
    ranked.rank_without_stars,
    ranked.score_with_suspicious,
    ranked.rank_with_suspicious,
    ranked.reach,
    ranked.activity,
    ranked.engagement,
    ranked.authority,
    ranked.network,
    ranked.reach_percentile,
    ranked.activity_percentile,
    ranked.engagement_percentile,
    ranked.authority_percentile,
    ranked.network_percentile,
    ranked.followers,
    ranked.own_repo_stars,
    ranked.h_index,
    ranked.interactions,
    {{ phrase('; ', [
        "coalesce(deeds.deeds, 'No interaction seen')",
        counted('ranked.followers', 'follower', 'followers'),
        counted('ranked.own_repo_stars', 'star on own repositories', 'stars on own repositories'),
        "case when colleagues.members = 1 then 'at ' || colleagues.company_name end",
        "case when colleagues.members > 1 then 'one of ' || " ~ with_thousands('colleagues.members')
        ~ " || ' people at ' || colleagues.company_name end",
    ]) }} || '.' as why
from ranked
left join {{ ref('int_deeds') }} as deeds on ranked.person_id = deeds.person_id
left join colleagues on ranked.person_id = colleagues.person_id
