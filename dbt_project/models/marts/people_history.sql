select
    accounts.person_id,
    case when history.platform = 'github' then history.login end as github_login,
    history.valid_from,
    history.valid_to,
    history.company,
    resolved_companies.company_id,
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
left join {{ ref('stg_resolution__companies') }} as resolved_companies on history.company = resolved_companies.company
left join {{ ref('int_companies') }} as companies on resolved_companies.company_id = companies.company_id
left join {{ ref('stg_resolution__places') }} as places on history.location = places.location
where accounts.account_rank = 1
