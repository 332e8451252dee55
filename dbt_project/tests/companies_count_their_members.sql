with

counted as (

    select
        company_id,
        count(*) as members
    from {{ ref('company_members') }}
    group by company_id

)

select companies.company_id
from {{ ref('companies') }} as companies
full outer join counted on companies.company_id = counted.company_id
where
    companies.members is null
    or counted.members is null
    or companies.members <> counted.members
