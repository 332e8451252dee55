with

spellings as (

    select
        named.company_id,
        named.company_name,
        count(distinct case when named.is_current and named.valid_to is null then accounts.person_id end) as people,
        count(distinct accounts.person_id) as people_ever
    from {{ ref('int_account_companies') }} as named
    inner join {{ ref('int_person_accounts') }} as accounts
        on
            named.platform = accounts.platform
            and named.account_id = accounts.account_id
    group by
        named.company_id,
        named.company_name

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
    ranked.company_id,
    coalesce(ranked.company_name, ranked.company_id) as company_name,
    details.sector,
    details.parent_company_id,
    details.parent_company_name
from ranked
left join {{ ref('stg_resolution__company_details') }} as details on ranked.company_id = details.company_id
where ranked.spelling_rank = 1
