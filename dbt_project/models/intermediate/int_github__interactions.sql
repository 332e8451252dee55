with

accounts as (

    select * from {{ ref('int_github__accounts') }}

),

list_entries as (

    select
        account_id,
        kind,
        repository_id,
        happened_at,
        first_observed_at,
        ended_at
    from {{ ref('int_github__list_entries') }}

),

activities as (

    select
        accounts.account_id,
        activities.kind,
        activities.repository_id,
        activities.happened_at,
        activities.first_observed_at,
        cast(null as timestamp with time zone) as ended_at
    from {{ ref('stg_github__activities') }} as activities
    inner join accounts on activities.user_id = accounts.user_id

),

contributions as (

    select
        accounts.account_id,
        'contribution' as kind,
        contributors.repository_id,
        cast(null as timestamp with time zone) as happened_at,
        contributors.first_observed_at,
        cast(null as timestamp with time zone) as ended_at
    from {{ ref('stg_github__contributors') }} as contributors
    inner join accounts on contributors.user_id = accounts.user_id

),

edges as (

    select * from list_entries
    union all
    select * from activities
    union all
    select * from contributions

)

select
    'github' as platform,
    edges.account_id,
    edges.kind,
    'repository' as target_type,
    edges.repository_id as target_id,
    repositories.name_with_owner as target_name,
    edges.happened_at,
    min(edges.first_observed_at) as first_observed_at,
    -- Of two forks made at the same second one may be left.
    case when count(*) = count(edges.ended_at) then max(edges.ended_at) end as ended_at
from edges
left join {{ ref('stg_github__repositories') }} as repositories on edges.repository_id = repositories.repository_id
group by
    edges.account_id,
    edges.kind,
    edges.repository_id,
    repositories.name_with_owner,
    edges.happened_at
