select
    ranks.person_id,
    suspicion.suspicion,
    suspicion.suspicion_reasons,
    ranks.score_with_suspicious,
    ranks.rank_with_suspicious,
    ranks.followers,
    ranks.interactions
from {{ ref('int_ranks') }} as ranks
inner join {{ ref('int_suspicion') }} as suspicion on ranks.person_id = suspicion.person_id
where ranks.is_suspicious
