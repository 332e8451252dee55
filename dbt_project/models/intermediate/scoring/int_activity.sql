with

creations as (

    select
        accounts.person_id,
        repositories.created_at as happened_at
    from {{ ref('int_person_accounts') }} as accounts
    inner join {{ ref('int_github__recent_repositories') }} as repositories
        on accounts.github_node_id = repositories.user_id
    where
        accounts.account_rank = 1
        and repositories.created_at is not null

),

openings as (

    select
        person_id,
        happened_at
    from {{ ref('int_person_interactions') }}
    where kind in ('pull_request', 'issue')

),

deeds as (

    select * from creations
    union all
    select * from openings

)

select
    deeds.person_id,
    cast(sum({{ decayed(1, 'deeds.happened_at', 'today.as_of') }}) as double) as activity
from deeds
cross join {{ ref('int_as_of') }} as today
group by deeds.person_id
