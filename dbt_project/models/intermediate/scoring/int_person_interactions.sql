with

attributed as (

    select
        accounts.person_id,
        interactions.*,
        row_number() over (
            partition by
                accounts.person_id,
                interactions.kind,
                interactions.target_type,
                interactions.target_id,
                interactions.happened_at
            order by
                interactions.ended_at desc nulls first,
                interactions.first_observed_at asc nulls last,
                interactions.platform asc nulls last,
                interactions.account_id asc nulls last
        ) as occurrence
    from {{ ref('int_interactions') }} as interactions
    inner join {{ ref('int_person_accounts') }} as accounts
        on
            interactions.platform = accounts.platform
            and interactions.account_id = accounts.account_id

)

select
    person_id,
    platform,
    account_id,
    kind,
    target_type,
    target_id,
    target_name,
    happened_at,
    first_observed_at,
    ended_at
from attributed
where occurrence = 1
