select max(rank) as last_rank
from {{ ref('heroes') }}
having
    min(rank) <> 1
    or max(rank) <> count(*)
    or count(distinct rank) <> count(*)
