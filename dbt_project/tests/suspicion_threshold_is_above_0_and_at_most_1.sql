-- depends_on: {{ ref('suspicious_people') }}
with

variables as (

    select {{ var('suspicion_threshold') }} as suspicion_threshold

)

select *
from variables
where
    suspicion_threshold <= 0
    or suspicion_threshold > 1
