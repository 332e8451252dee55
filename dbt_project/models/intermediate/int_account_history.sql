with

versions as (

    select
        'github' as platform,
        accounts.account_id,
        versions.is_found,
        versions.login,
        versions.company,
        versions.location,
        versions.email_domain,
        versions.bio,
        versions.website_url,
        versions.organizations,
        versions.followers_count,
        versions.first_observed_at,
        versions.last_observed_at,
        row_number() over (
            partition by accounts.account_id
            order by
                versions.first_observed_at asc nulls last,
                versions.user_id asc nulls last,
                versions.followers_count asc nulls last,
                versions.bio asc nulls last,
                versions.website_url asc nulls last,
                versions.email_domain asc nulls last,
                versions.organizations asc nulls last
        ) as place,
        row_number() over (
            partition by
                accounts.account_id,
                versions.is_found,
                versions.login,
                versions.company,
                versions.location
            order by
                versions.first_observed_at asc nulls last,
                versions.user_id asc nulls last,
                versions.followers_count asc nulls last,
                versions.bio asc nulls last,
                versions.website_url asc nulls last,
                versions.email_domain asc nulls last,
                versions.organizations asc nulls last
        ) as place_among_equals
    from {{ ref('stg_github__user_versions') }} as versions
    inner join {{ ref('int_github__accounts') }} as accounts on versions.user_id = accounts.user_id

),

bounded as (

    select
        *,
        place - place_among_equals as period,
        min(place) over (
            partition by account_id, is_found, login, company, location, place - place_among_equals
        ) as first_place,
        max(place) over (
            partition by account_id, is_found, login, company, location, place - place_among_equals
        ) as last_place
    from versions

),

periods as (

    select
        platform,
        account_id,
        is_found,
        login,
        company,
        location,
        first_place,
        min(first_observed_at) as valid_from,
        max(case when place = first_place then followers_count end) as followers_at_start,
        max(case when place = last_place then followers_count end) as followers_at_end,
        max(case when place = last_place then email_domain end) as email_domain,
        max(case when place = last_place then bio end) as bio,
        max(case when place = last_place then website_url end) as website_url,
        max(case when place = last_place then organizations end) as organizations
    from bounded
    group by
        platform,
        account_id,
        is_found,
        login,
        company,
        location,
        period,
        first_place

),

followed as (

    select
        *,
        lead(valid_from) over (partition by account_id order by first_place asc nulls last) as valid_to
    from periods

)

select
    platform,
    account_id,
    login,
    company,
    location,
    valid_from,
    valid_to,
    followers_at_start,
    followers_at_end,
    email_domain,
    bio,
    website_url,
    organizations
from followed
where
    is_found
    -- Of two profiles of one account that were observed at the same moment, the second holds.
    and coalesce(valid_to > valid_from, true)
