select people.person_id
from {{ ref('people') }} as people
left join {{ ref('heroes') }} as heroes on people.person_id = heroes.person_id
where people.is_bot = (heroes.person_id is not null)
