with

accounts as (

    select
        person_id,
        platform,
        account_id,
        company,
        account_rank
    from {{ ref('int_person_accounts') }}

),

companies as (

    select
        accounts.person_id,
        accounts.account_rank,
        named.company_id,
        named.position,
        named.is_current,
        named.is_typed,
        named.company_method,
        named.company_confidence,
        named.valid_from,
        named.valid_to
    from accounts
    inner join {{ ref('int_account_companies') }} as named
        on
            accounts.platform = named.platform
            and accounts.account_id = named.account_id

),

-- A string that names no company is an answer, too: what other accounts let suppose does not overrule it.
decided as (

    select
        accounts.person_id,
        min(accounts.account_rank) as account_rank
    from accounts
    where accounts.company is not null
    group by accounts.person_id

)

select
    companies.*,
    coalesce(
        companies.is_current
        and companies.valid_to is null
        and coalesce(companies.account_rank = decided.account_rank, true)
        and row_number() over (
            partition by
                companies.person_id,
                companies.is_current
                and companies.valid_to is null
                and coalesce(companies.account_rank = decided.account_rank, true)
            order by
                companies.account_rank asc nulls last,
                companies.position asc nulls last,
                companies.company_id asc nulls last
        ) = 1,
        false
    ) as is_employer
from companies
left join decided on companies.person_id = decided.person_id
