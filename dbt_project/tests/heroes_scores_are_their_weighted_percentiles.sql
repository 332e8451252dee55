select
    person_id,
    score
from {{ ref('heroes') }}
where
    abs(
        score
        - 100 * {{ var('weight_reach') }} * reach_percentile
        - 100 * {{ var('weight_activity') }} * activity_percentile
        - 100 * {{ var('weight_engagement') }} * engagement_percentile
        - 100 * {{ var('weight_authority') }} * authority_percentile
        - 100 * {{ var('weight_network') }} * network_percentile
    ) > 0.000001
