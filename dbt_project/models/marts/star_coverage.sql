with

stars as (

    select
        stargazers.repository_id,
        count(distinct accounts.account_id) as seen,
        min(stargazers.starred_at) as from_at,
        max(stargazers.starred_at) as to_at
    from {{ ref('stg_github__stargazers') }} as stargazers
    inner join {{ ref('int_github__accounts') }} as accounts on stargazers.user_id = accounts.user_id
    group by stargazers.repository_id

),

counted as (

    select
        repositories.repository_id,
        repositories.name_with_owner,
        coalesce(repositories.stargazer_count, 0) as expected,
        coalesce(stars.seen, 0) as seen,
        stars.from_at,
        stars.to_at,
        repositories.last_observed_at as observed_at
    from {{ ref('stg_github__repositories') }} as repositories
    left join stars on repositories.repository_id = stars.repository_id

)

select
    repository_id,
    name_with_owner,
    case
        when seen > 0 or expected = 0 then 'listed'
        else 'counts'
    end as tier,
    expected,
    seen,
    case
        when expected > 0 then least(1, seen / cast(expected as double))
    end as coverage,
    from_at,
    to_at,
    observed_at
from counted
