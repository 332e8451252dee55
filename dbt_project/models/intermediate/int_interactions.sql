with

stars as (

    select
        'github' as platform,
        accounts.account_id,
        'star' as kind,
        'repository' as target_type,
        stargazers.repository_id as target_id,
        repositories.name_with_owner as target_name,
        stargazers.starred_at as happened_at,
        stargazers.first_observed_at
    from {{ ref('stg_github__stargazers') }} as stargazers
    inner join {{ ref('int_github__accounts') }} as accounts on stargazers.user_id = accounts.user_id
    left join {{ ref('stg_github__repositories') }} as repositories
        on stargazers.repository_id = repositories.repository_id

)

select
    platform,
    account_id,
    kind,
    target_type,
    target_id,
    target_name,
    happened_at,
    min(first_observed_at) as first_observed_at
from stars
group by
    platform,
    account_id,
    kind,
    target_type,
    target_id,
    target_name,
    happened_at
