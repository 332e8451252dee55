select distinct
    person_accounts.person_id,
    claims.platform,
    claims.account_id,
    coalesce(claims.claimed_platform, 'website') as linked_platform,
    claims.value as linked_account,
    claims.field as evidence,
    cast(case when claims.field = 'website' then 0.8 else 1 end as double) as confidence
from {{ ref('int_identity_claims') }} as claims
inner join {{ ref('int_person_accounts') }} as person_accounts
    on
        claims.platform = person_accounts.platform
        and claims.account_id = person_accounts.account_id
where
    claims.kind in ('handle', 'website')
    -- A person may have typed an address where a website is asked for.
    and (claims.value not like '%_@_%.%' or claims.value like '%/%')
