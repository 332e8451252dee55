with

repositories as (

    select * from {{ ref('stg_github__repositories') }}

),

expected as (

    select coalesce(sum(stargazer_count), 0) as expected
    from repositories

),

seen as (

    select count(*) as seen
    from {{ ref('stg_github__stargazers') }} as stargazers
    inner join repositories on stargazers.repository_id = repositories.repository_id

)

select
    'github' as source_name,
    cast(expected.expected as bigint) as expected,
    seen.seen
from expected
cross join seen
