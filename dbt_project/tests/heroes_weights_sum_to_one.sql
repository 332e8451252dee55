-- depends_on: {{ ref('heroes') }}
with

weights as (

    select
        {{ var('weight_reach') }} as reach,
        {{ var('weight_authority') }} as authority,
        {{ var('weight_engagement') }} as engagement

)

select *
from weights
where
    abs(reach + authority + engagement - 1) > 0.000001
    or least(reach, authority, engagement) < 0
