with

loved as (

    select
        interactions.person_id,
        interactions.kind,
        {{ decayed('weights.weight', 'interactions.happened_at', 'today.as_of') }} as love
    from {{ ref('int_person_interactions') }} as interactions
    inner join {{ ref('interaction_weights') }} as weights on interactions.kind = weights.kind
    cross join {{ ref('int_as_of') }} as today
    where interactions.ended_at is null

)

select
    person_id,
    cast(sum(love) as double) as engagement,
    cast(sum(case when kind <> 'star' then love else 0 end) as double) as engagement_without_stars
from loved
group by person_id
