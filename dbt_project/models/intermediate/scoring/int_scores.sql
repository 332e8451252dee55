with

percentiles as (

    -- Those who are suspicious count among their like: nobody's percentile depends on them.
    select
        *,
        percent_rank() over (partition by is_suspicious order by reach asc nulls last) as reach_percentile,
        percent_rank() over (partition by is_suspicious order by activity asc nulls last) as activity_percentile,
        percent_rank() over (partition by is_suspicious order by engagement asc nulls last) as engagement_percentile,
        percent_rank() over (partition by is_suspicious order by authority asc nulls last) as authority_percentile,
        percent_rank() over (partition by is_suspicious order by network asc nulls last) as network_percentile,
        percent_rank()
            over (partition by is_suspicious order by engagement_without_stars asc nulls last)
            as engagement_without_stars_percentile,
        percent_rank()
            over (partition by is_suspicious order by network_without_stars asc nulls last)
            as network_without_stars_percentile,
        percent_rank() over (order by reach asc nulls last) as reach_among_all,
        percent_rank() over (order by activity asc nulls last) as activity_among_all,
        percent_rank() over (order by engagement_with_suspicious asc nulls last) as engagement_among_all,
        percent_rank() over (order by authority asc nulls last) as authority_among_all,
        percent_rank() over (order by network_with_suspicious asc nulls last) as network_among_all
    from {{ ref('int_components') }}

)

select
    person_id,
    github_id,
    is_suspicious,
    followers,
    own_repo_stars,
    h_index,
    interactions,
    reach,
    activity,
    engagement,
    engagement_without_stars,
    engagement_with_suspicious,
    authority,
    network,
    network_without_stars,
    network_with_suspicious,
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
    ) }} as score_without_stars,
    {{ weighted_score(
        'reach_among_all',
        'activity_among_all',
        'engagement_among_all',
        'authority_among_all',
        'network_among_all',
    ) }} as score_with_suspicious
from percentiles
