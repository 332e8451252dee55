select people.person_id
from {{ ref('people') }} as people
left join {{ ref('heroes') }} as heroes on people.person_id = heroes.person_id
left join {{ ref('suspicious_people') }} as suspicious_people on people.person_id = suspicious_people.person_id
where
    (people.is_bot or people.is_suspicious) = (heroes.person_id is not null)
    or (people.is_suspicious and not people.is_bot) <> (suspicious_people.person_id is not null)
