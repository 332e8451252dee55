with

periods as (

    select
        *,
        lead(valid_from) over (partition by person_id order by valid_from asc nulls last) as next_valid_from
    from {{ ref('people_history') }}

)

select
    person_id,
    valid_from
from periods
where
    valid_to <= valid_from
    or valid_to > next_valid_from
    or (valid_to is null and next_valid_from is not null)
