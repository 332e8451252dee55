with

accounts as (

    select * from {{ ref('int_github__accounts') }}

),

entries as (

    select
        'stargazers' as list,
        'star' as kind,
        repository_id,
        account_id as entry_id,
        account_id,
        starred_at as happened_at,
        first_observed_at,
        last_in_place_at
    from {{ ref('int_github__stars') }}
    union all
    select
        'watchers' as list,
        'watch' as kind,
        watchers.repository_id,
        accounts.account_id as entry_id,
        accounts.account_id,
        cast(null as timestamp with time zone) as happened_at,
        min(watchers.first_observed_at) as first_observed_at,
        max(watchers.last_observed_at) as last_in_place_at
    from {{ ref('stg_github__watchers') }} as watchers
    inner join accounts on watchers.user_id = accounts.user_id
    group by
        watchers.repository_id,
        accounts.account_id
    union all
    select
        'forks' as list,
        'fork' as kind,
        forks.repository_id,
        forks.fork_id as entry_id,
        accounts.account_id,
        forks.created_at as happened_at,
        forks.first_observed_at,
        forks.last_observed_at as last_in_place_at
    from {{ ref('stg_github__forks') }} as forks
    inner join accounts on forks.user_id = accounts.user_id

),

whole_walks as (

    select
        repository_id,
        list,
        started_at,
        ended_at
    from {{ ref('stg_github__walks') }}
    where is_whole

),

last_walks as (

    select
        repository_id,
        list,
        max(started_at) as started_at
    from whole_walks
    group by
        repository_id,
        list

),

-- Few have left, so that the many walks of the past are looked at for few.
left_entries as (

    select entries.*
    from entries
    inner join last_walks
        on
            entries.repository_id = last_walks.repository_id
            and entries.list = last_walks.list
            and entries.last_in_place_at < last_walks.started_at

),

endings as (

    select
        left_entries.repository_id,
        left_entries.list,
        left_entries.entry_id,
        min(whole_walks.ended_at) as ended_at
    from left_entries
    inner join whole_walks
        on
            left_entries.repository_id = whole_walks.repository_id
            and left_entries.list = whole_walks.list
            and left_entries.last_in_place_at < whole_walks.started_at
    group by
        left_entries.repository_id,
        left_entries.list,
        left_entries.entry_id

)

select
    entries.list,
    entries.repository_id,
    entries.entry_id,
    entries.kind,
    entries.account_id,
    entries.happened_at,
    entries.first_observed_at,
    entries.last_in_place_at,
    endings.ended_at
from entries
left join endings
    on
        entries.repository_id = endings.repository_id
        and entries.list = endings.list
        and entries.entry_id = endings.entry_id
