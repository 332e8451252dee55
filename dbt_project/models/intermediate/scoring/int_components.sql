with

candidates as (

    select
        person_id,
        github_id,
        coalesce(followers, 0) as followers,
        coalesce(own_repo_stars, 0) as own_repo_stars,
        coalesce(h_index, 0) as h_index
    from {{ ref('int_person_accounts') }}
    where
        account_rank = 1
        and not is_bot

)

select
    candidates.person_id,
    candidates.github_id,
    coalesce(suspicion.is_onlooker, false) as is_onlooker,
    coalesce(suspicion.is_suspicious, false) as is_suspicious,
    candidates.followers,
    candidates.own_repo_stars,
    candidates.h_index,
    coalesce(roles.interactions, 0) as interactions,
    ln(1 + candidates.followers) as reach,
    coalesce(activities.activity, 0) as activity,
    coalesce(engagements.engagement, 0) as engagement,
    coalesce(engagements.engagement_without_stars, 0) as engagement_without_stars,
    coalesce(engagements.engagement_with_suspicious, 0) as engagement_with_suspicious,
    candidates.h_index
    + ln(1 + candidates.own_repo_stars)
    + ln(1 + coalesce(artifacts.artifact_downloads, 0))
    + ln(1 + coalesce(artifacts.artifact_stars, 0)) as authority,
    coalesce(networks.pagerank, 0) as network,
    coalesce(networks.pagerank_without_stars, 0) as network_without_stars,
    coalesce(networks.pagerank_with_suspicious, 0) as network_with_suspicious
from candidates
left join {{ ref('int_suspicion') }} as suspicion on candidates.person_id = suspicion.person_id
left join {{ ref('int_roles') }} as roles on candidates.person_id = roles.person_id
left join {{ ref('int_activity') }} as activities on candidates.person_id = activities.person_id
left join {{ ref('int_engagement') }} as engagements on candidates.person_id = engagements.person_id
left join {{ ref('int_person_artifacts') }} as artifacts on candidates.person_id = artifacts.person_id
left join {{ ref('stg_resolution__network') }} as networks on candidates.person_id = networks.person_id
