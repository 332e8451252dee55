select
    accounts.person_id,
    case when history.platform = 'github' then history.login end as github_login,
    history.valid_from,
    history.valid_to,
    history.company,
    named.company_id,
    companies.company_name,
    history.location,
    places.country_code,
    places.city,
    history.followers_at_start,
    history.followers_at_end
from {{ ref('int_account_history') }} as history
inner join {{ ref('int_person_accounts') }} as accounts
    on
        history.platform = accounts.platform
        and history.account_id = accounts.account_id
left join {{ ref('int_account_companies') }} as named
    on
        history.platform = named.platform
        and history.account_id = named.account_id
        and history.valid_from = named.valid_from
        and named.is_current
        and named.position = 1
left join {{ ref('int_companies') }} as companies on named.company_id = companies.company_id
left join {{ ref('stg_resolution__places') }} as places on history.location = places.location
where accounts.account_rank = 1
