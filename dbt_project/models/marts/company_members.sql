select
    company_id,
    person_id,
    company_method,
    company_confidence
from {{ ref('people') }}
where
    company_id is not null
    and not is_bot
    and not is_suspicious
    and not has_left
