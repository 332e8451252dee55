select
    person_companies.company_id,
    person_companies.person_id,
    person_companies.company_method,
    person_companies.company_confidence
from {{ ref('person_companies') }} as person_companies
inner join {{ ref('people') }} as people on person_companies.person_id = people.person_id
where
    person_companies.is_current
    and not people.is_bot
    and not people.is_suspicious
    and not people.has_left
