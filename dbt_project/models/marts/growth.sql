with

timed as (

    select
        person_id,
        kind,
        target_id,
        target_name,
        cast(date_trunc('week', happened_at) as date) as week,
        row_number() over (
            partition by person_id
            order by happened_at asc nulls last, kind asc nulls last, target_id asc nulls last
        ) as occurrence
    from {{ ref('interactions') }}
    where happened_at is not null

),

weeks as (

    select
        week,
        kind,
        target_id,
        min(target_name) as target_name,
        count(*) as interactions,
        count(case when occurrence = 1 then 1 end) as new_people
    from timed
    group by
        week,
        kind,
        target_id

)

select
    week,
    kind,
    target_id,
    target_name,
    interactions,
    new_people,
    cast(
        sum(interactions) over (
            partition by kind, target_id
            order by week asc nulls last
            rows between unbounded preceding and current row
        ) as bigint
    ) as cumulative_interactions
from weeks
