with

spellings as (

    select
        companies.company_id,
        companies.company_name,
        count(*) as people
    from {{ ref('int_person_accounts') }} as accounts
    inner join {{ ref('stg_resolution__companies') }} as companies on accounts.company = companies.company
    where
        accounts.account_rank = 1
        and companies.company_id is not null
    group by
        companies.company_id,
        companies.company_name

),

ranked as (

    select
        *,
        row_number() over (
            partition by company_id
            order by people desc nulls last, company_name asc nulls last
        ) as spelling_rank
    from spellings

)

select
    company_id,
    coalesce(company_name, company_id) as company_name
from ranked
where spelling_rank = 1
