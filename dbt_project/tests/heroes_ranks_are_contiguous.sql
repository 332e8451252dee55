select
    max(rank) as last_rank,
    max(rank_without_stars) as last_rank_without_stars
from {{ ref('heroes') }}
having
    min(rank) <> 1
    or max(rank) <> count(*)
    or count(distinct rank) <> count(*)
    or min(rank_without_stars) <> 1
    or max(rank_without_stars) <> count(*)
    or count(distinct rank_without_stars) <> count(*)
