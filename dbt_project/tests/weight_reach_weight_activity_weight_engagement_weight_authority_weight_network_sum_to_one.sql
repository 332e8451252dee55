-- depends_on: {{ ref('heroes') }}
with

weights as (

    select
        {{ var('weight_reach') }} as weight_reach,
        {{ var('weight_activity') }} as weight_activity,
        {{ var('weight_engagement') }} as weight_engagement,
        {{ var('weight_authority') }} as weight_authority,
        {{ var('weight_network') }} as weight_network

)

select *
from weights
where
    abs(weight_reach + weight_activity + weight_engagement + weight_authority + weight_network - 1) > 0.000001
    or least(weight_reach, weight_activity, weight_engagement, weight_authority, weight_network) < 0
