with

suggestions as (

    select * from {{ ref('stg_resolution__similar_companies') }}
    where not is_same

)

select
    suggestions.company_id,
    names.company_name,
    suggestions.other_company_id,
    other_names.company_name as other_company_name,
    suggestions.similarity,
    suggestions.reason,
    suggestions.people
from suggestions
inner join {{ ref('int_companies') }} as names on suggestions.company_id = names.company_id
inner join {{ ref('int_companies') }} as other_names on suggestions.other_company_id = other_names.company_id
