with

yardsticks as (

    -- A crowd can be bought, but hardly one of people who show themselves or work with us. Where there is nobody else,
    -- onlookers are compared with each other.
    select
        *,
        case when is_onlooker and min(cast(is_onlooker as int)) over () = 0 then 0 else 1 end as is_yardstick
    from {{ ref('int_components') }}

),

percentiles as (

    select
        *,
        {{ share_below('reach', 'is_yardstick') }} as reach_percentile,
        {{ share_below('activity', 'is_yardstick') }} as activity_percentile,
        {{ share_below('engagement', 'is_yardstick') }} as engagement_percentile,
        {{ share_below('authority', 'is_yardstick') }} as authority_percentile,
        {{ share_below('network', 'is_yardstick') }} as network_percentile,
        {{ share_below('engagement_without_stars', 'is_yardstick') }} as engagement_without_stars_percentile,
        {{ share_below('network_without_stars', 'is_yardstick') }} as network_without_stars_percentile,
        percent_rank() over (order by reach asc nulls last) as reach_among_all,
        percent_rank() over (order by activity asc nulls last) as activity_among_all,
        percent_rank() over (order by engagement_with_suspicious asc nulls last) as engagement_among_all,
        percent_rank() over (order by authority asc nulls last) as authority_among_all,
        percent_rank() over (order by network_with_suspicious asc nulls last) as network_among_all
    from yardsticks

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
