with

observed as (

    select
        person_accounts.person_id,
        versions.followers_count as followers,
        cast(versions.first_observed_at as date) as observed_on,
        row_number() over (
            partition by person_accounts.person_id, cast(versions.first_observed_at as date)
            order by versions.first_observed_at desc nulls last, versions.user_id asc nulls last
        ) as recency
    from {{ ref('stg_github__user_versions') }} as versions
    inner join {{ ref('int_github__accounts') }} as accounts on versions.user_id = accounts.user_id
    inner join {{ ref('int_person_accounts') }} as person_accounts
        on
            person_accounts.platform = 'github'
            and accounts.account_id = person_accounts.account_id
    where
        person_accounts.account_rank = 1
        and versions.followers_count is not null

),

days as (

    select
        person_id,
        observed_on,
        followers,
        lag(followers) over (partition by person_id order by observed_on asc nulls last) as followers_before
    from observed
    where recency = 1

)

select
    person_id,
    observed_on,
    followers
from days
where
    followers_before is null
    or followers_before <> followers
