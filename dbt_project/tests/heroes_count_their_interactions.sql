with

counted as (

    select
        person_id,
        count(*) as interactions
    from {{ ref('interactions') }}
    where ended_at is null
    group by person_id

)

select heroes.person_id
from {{ ref('heroes') }} as heroes
left join counted on heroes.person_id = counted.person_id
where heroes.interactions <> coalesce(counted.interactions, 0)
