with

judged as (

    select
        accounts.person_id,
        suspicion.suspicion,
        suspicion.suspicion_reasons,
        suspicion.is_onlooker,
        suspicion.is_suspicious,
        row_number() over (
            partition by accounts.person_id
            order by
                suspicion.suspicion asc nulls last,
                accounts.account_rank asc nulls last
        ) as suspicion_rank
    from {{ ref('stg_resolution__suspicion') }} as suspicion
    inner join {{ ref('int_person_accounts') }} as accounts
        on
            suspicion.platform = accounts.platform
            and suspicion.account_id = accounts.account_id

)

select
    person_id,
    suspicion,
    suspicion_reasons,
    is_onlooker,
    is_suspicious
from judged
where suspicion_rank = 1
