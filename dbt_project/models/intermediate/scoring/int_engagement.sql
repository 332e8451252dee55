with

loved as (

    select
        interactions.person_id,
        interactions.kind,
        {{ decayed('weights.weight', 'interactions.happened_at', 'today.as_of') }} as love,
        cast(1 - coalesce(suspicion.suspicion, 0) as decimal(18, 4)) as trust
    from {{ ref('int_person_interactions') }} as interactions
    inner join {{ ref('interaction_weights') }} as weights on interactions.kind = weights.kind
    left join {{ ref('int_suspicion') }} as suspicion on interactions.person_id = suspicion.person_id
    cross join {{ ref('int_as_of') }} as today
    where interactions.ended_at is null

)

select
    person_id,
    cast(trust * sum(love) as double) as engagement,
    cast(trust * sum(case when kind <> 'star' then love else 0 end) as double) as engagement_without_stars,
    cast(sum(love) as double) as engagement_with_suspicious
from loved
group by
    person_id,
    trust
