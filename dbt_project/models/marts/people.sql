with

accounts as (

    select * from {{ ref('int_people') }}

),

spans as (

    select
        person_id,
        min(coalesce(happened_at, first_observed_at)) as first_seen_at,
        max(coalesce(happened_at, first_observed_at)) as last_seen_at,
        count(*) = count(ended_at) as has_left
    from {{ ref('interactions') }}
    group by person_id

)

select
    accounts.person_id,
    coalesce(accounts.name, accounts.login, accounts.account_id) as display_name,
    case when accounts.platform = 'github' then accounts.login end as github_login,
    accounts.github_id,
    accounts.email,
    accounts.email_platform || '_profile' as email_source,
    accounts.email_domain,
    accounts.twitter_username as x_username,
    accounts.company,
    employers.company_id,
    companies.company_name,
    coalesce(employers.company_method, no_companies.company_method) as company_method,
    coalesce(employers.company_confidence, no_companies.company_confidence) as company_confidence,
    accounts.location,
    places.country_code,
    places.region,
    places.city,
    places.latitude,
    places.longitude,
    places.place_precision,
    places.place_confidence,
    accounts.followers,
    accounts.public_repos,
    accounts.own_repo_stars,
    accounts.created_at as account_created_at,
    accounts.is_bot,
    accounts.bot_reason,
    suspicion.suspicion,
    suspicion.suspicion_reasons,
    coalesce(suspicion.is_suspicious, false) as is_suspicious,
    spans.first_seen_at,
    spans.last_seen_at,
    coalesce(spans.has_left, false) as has_left
from accounts
left join spans on accounts.person_id = spans.person_id
left join {{ ref('int_suspicion') }} as suspicion on accounts.person_id = suspicion.person_id
left join {{ ref('int_person_companies') }} as employers
    on
        accounts.person_id = employers.person_id
        and employers.is_employer
left join {{ ref('int_companies') }} as companies on employers.company_id = companies.company_id
left join {{ ref('stg_resolution__companies') }} as no_companies
    on
        accounts.company = no_companies.company
        and no_companies.company_id is null
left join {{ ref('stg_resolution__places') }} as places on accounts.location = places.location
