with

accounts as (

    select * from {{ ref('int_github__accounts') }}

),

listed as (

    select
        stargazers.repository_id,
        accounts.account_id,
        stargazers.starred_at,
        stargazers.last_observed_at,
        min(stargazers.first_observed_at)
            over (partition by stargazers.repository_id, accounts.account_id) as first_observed_at,
        row_number() over (
            partition by stargazers.repository_id, accounts.account_id
            order by stargazers.last_observed_at desc nulls last, stargazers.user_id asc nulls last
        ) as recency
    from {{ ref('stg_github__stargazers') }} as stargazers
    inner join accounts on stargazers.user_id = accounts.user_id

),

events as (

    select
        events.repository_id,
        accounts.account_id,
        coalesce(events.starred_at, events.first_observed_at) as starred_at,
        events.first_observed_at
    from {{ ref('stg_github__star_events') }} as events
    inner join accounts on events.user_id = accounts.user_id

),

told as (

    select
        repository_id,
        account_id,
        max(starred_at) as starred_at,
        min(first_observed_at) as first_observed_at
    from events
    group by
        repository_id,
        account_id

)

select
    coalesce(listed.repository_id, told.repository_id) as repository_id,
    coalesce(listed.account_id, told.account_id) as account_id,
    case
        -- A star given again after the list was last seen; of the same star both tell times that differ by seconds.
        when
            told.starred_at > listed.last_observed_at
            and told.starred_at > listed.starred_at + interval '1' minute
            then told.starred_at
        else coalesce(listed.starred_at, told.starred_at)
    end as starred_at,
    least(listed.first_observed_at, told.first_observed_at) as first_observed_at,
    -- The feed shows an event long after the star may be gone: it tells of the moment of the star alone.
    greatest(listed.last_observed_at, told.starred_at) as last_in_place_at
from listed
full outer join told
    on
        listed.repository_id = told.repository_id
        and listed.account_id = told.account_id
where coalesce(listed.recency, 1) = 1
