with

newcomers as (

    select count(distinct person_id) as people
    from {{ ref('interactions') }}
    where
        happened_at is not null
        and ended_at is null

),

totals as (

    select coalesce(sum(new_people), 0) as people
    from {{ ref('growth') }}

)

select totals.people
from totals
cross join newcomers
where totals.people <> newcomers.people
