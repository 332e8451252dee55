with

timed as (

    select
        kind,
        target_id,
        count(*) as interactions
    from {{ ref('interactions') }}
    where happened_at is not null
    group by
        kind,
        target_id

),

grown as (

    select
        kind,
        target_id,
        sum(interactions) as interactions,
        max(cumulative_interactions) as cumulative_interactions
    from {{ ref('growth') }}
    group by
        kind,
        target_id

)

select timed.kind
from timed
full outer join grown on timed.kind = grown.kind and timed.target_id = grown.target_id
where
    timed.interactions is null
    or grown.interactions is null
    or grown.interactions <> timed.interactions
    or grown.cumulative_interactions <> timed.interactions
