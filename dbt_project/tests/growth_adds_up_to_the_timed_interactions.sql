with

timed as (

    select
        kind,
        target_id,
        count(*) as interactions
    from {{ ref('interactions') }}
    where
        happened_at is not null
        and ended_at is null
    group by
        kind,
        target_id

),

grown as (

    select
        kind,
        target_id,
        sum(interactions) as interactions,
        max(cumulative_interactions) as cumulative_interactions,
        count(case when counted_by = 'star_history' then 1 end) as foreign_weeks
    from {{ ref('growth') }}
    group by
        kind,
        target_id

)

select timed.kind
from timed
full outer join grown on timed.kind = grown.kind and timed.target_id = grown.target_id
where
    grown.interactions is null
    or grown.cumulative_interactions <> grown.interactions
    or grown.foreign_weeks = 0
    and coalesce(timed.interactions, 0) <> grown.interactions
