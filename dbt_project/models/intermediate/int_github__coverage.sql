with

repositories as (

    select * from {{ ref('stg_github__repositories') }}

),

expected as (

    select
        coalesce(sum(stargazer_count), 0) as expected,
        max(last_observed_at) as last_observed_at
    from repositories

),

seen as (

    select count(*) as seen
    from {{ ref('int_github__list_entries') }} as entries
    inner join repositories on entries.repository_id = repositories.repository_id
    where
        entries.kind = 'star'
        and entries.ended_at is null

)

select
    'github' as source_name,
    cast(expected.expected as bigint) as expected,
    seen.seen,
    expected.last_observed_at
from expected
cross join seen
