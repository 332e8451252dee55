with

namings as (

    select
        person_id,
        company,
        true as is_current
    from {{ ref('int_people') }}
    union all
    select
        accounts.person_id,
        history.company,
        false as is_current
    from {{ ref('int_account_history') }} as history
    inner join {{ ref('int_person_accounts') }} as accounts
        on
            history.platform = accounts.platform
            and history.account_id = accounts.account_id
    where accounts.account_rank = 1

),

spellings as (

    select
        companies.company_id,
        companies.company_name,
        count(distinct case when namings.is_current then namings.person_id end) as people,
        count(distinct namings.person_id) as people_ever
    from namings
    inner join {{ ref('stg_resolution__companies') }} as companies on namings.company = companies.company
    where companies.company_id is not null
    group by
        companies.company_id,
        companies.company_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by company_id
            order by people desc nulls last, people_ever desc nulls last, company_name asc nulls last
        ) as spelling_rank
    from spellings

)

select
    company_id,
    coalesce(company_name, company_id) as company_name
from ranked
where spelling_rank = 1
