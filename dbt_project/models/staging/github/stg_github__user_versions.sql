with

source as (

    -- An observation that was stored twice must not count twice: its places would not be told apart.
    select distinct
        user_id,
        is_found,
        nullif(login, '') as login,
        nullif(company, '') as company,
        nullif(location, '') as location,
        nullif(bio, '') as bio,
        nullif(website_url, '') as website_url,
        organizations,
        followers_count,
        case when email like '%_@_%' then lower(split_part(email, '@', -1)) end as email_domain,
        observed_at,
        walk_id
    from {{ source('github', 'users') }}

),

compared as (

    select
        *,
        row_number() over (
            partition by user_id
            order by observed_at asc nulls last, walk_id asc nulls last
        ) as place,
        row_number() over (
            partition by
                user_id,
                is_found,
                login,
                company,
                location,
                bio,
                website_url,
                organizations,
                followers_count,
                email_domain
            order by observed_at asc nulls last, walk_id asc nulls last
        ) as place_among_equals
    from source

)

-- In a row of observations that say the same, both places grow by one: their difference names the row.
select
    user_id,
    is_found,
    login,
    company,
    location,
    email_domain,
    bio,
    website_url,
    organizations,
    followers_count,
    min(observed_at) as first_observed_at,
    max(observed_at) as last_observed_at
from compared
group by
    user_id,
    is_found,
    login,
    company,
    location,
    email_domain,
    bio,
    website_url,
    organizations,
    followers_count,
    place - place_among_equals
