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
    authority,
    network,
    reach_percentile,
    activity_percentile,
    engagement_percentile,
    authority_percentile,
    network_percentile,
    score,
    score_without_stars,
    score_with_suspicious,
    row_number() over (
        partition by is_suspicious
        order by
            score desc nulls last,
            engagement desc nulls last,
            followers desc nulls last,
            github_id asc nulls last,
            person_id asc nulls last
    ) as rank,
    row_number() over (
        partition by is_suspicious
        order by
            score_without_stars desc nulls last,
            engagement_without_stars desc nulls last,
            followers desc nulls last,
            github_id asc nulls last,
            person_id asc nulls last
    ) as rank_without_stars,
    row_number() over (
        order by
            score_with_suspicious desc nulls last,
            engagement_with_suspicious desc nulls last,
            followers desc nulls last,
            github_id asc nulls last,
            person_id asc nulls last
    ) as rank_with_suspicious
from {{ ref('int_scores') }}
