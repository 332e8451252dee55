with

ranks as (

    select rank_with_suspicious from {{ ref('heroes') }}
    union all
    select rank_with_suspicious from {{ ref('suspicious_people') }}

)

select max(rank_with_suspicious) as last_rank
from ranks
having
    min(rank_with_suspicious) <> 1
    or max(rank_with_suspicious) <> count(*)
    or count(distinct rank_with_suspicious) <> count(*)
