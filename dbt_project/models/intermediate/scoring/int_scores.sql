with

percentiles as (

    select
        *,
        percent_rank() over (order by reach asc nulls last) as reach_percentile,
        percent_rank() over (order by activity asc nulls last) as activity_percentile,
        percent_rank() over (order by engagement asc nulls last) as engagement_percentile,
        percent_rank() over (order by authority asc nulls last) as authority_percentile,
        percent_rank() over (order by network asc nulls last) as network_percentile,
        percent_rank() over (order by engagement_without_stars asc nulls last) as engagement_without_stars_percentile,
        percent_rank() over (order by network_without_stars asc nulls last) as network_without_stars_percentile
    from {{ ref('int_components') }}

)

select
    person_id,
    github_id,
    followers,
    own_repo_stars,
    h_index,
    interactions,
    reach,
    activity,
    engagement,
    engagement_without_stars,
    authority,
    network,
    network_without_stars,
    reach_percentile,
    activity_percentile,
    engagement_percentile,
    authority_percentile,
    network_percentile,
    engagement_without_stars_percentile,
    network_without_stars_percentile,
    {{ weighted_score(
        'reach_percentile',
        'activity_percentile',
        'engagement_percentile',
        'authority_percentile',
        'network_percentile',
    ) }} as score,
    {{ weighted_score(
        'reach_percentile',
        'activity_percentile',
        'engagement_without_stars_percentile',
        'authority_percentile',
        'network_without_stars_percentile',
    ) }} as score_without_stars
from percentiles
