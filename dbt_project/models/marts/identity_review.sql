with

accounts as (

    select
        person_id,
        platform,
        account_id,
        -- What looks like an e-mail address is not shown, wherever a person typed it.
        case when login not like '%_@_%.%' then login end as login,
        case when name not like '%_@_%.%' then name end as name
    from {{ ref('int_person_accounts') }}

)

select
    links.platform,
    links.account_id,
    one.login,
    one.name,
    one.person_id,
    links.linked_platform,
    links.linked_account_id,
    other.login as linked_login,
    other.name as linked_name,
    other.person_id as linked_person_id,
    links.evidence,
    links.confidence,
    links.reason
from {{ ref('stg_resolution__identity_links') }} as links
inner join accounts as one
    on
        links.platform = one.platform
        and links.account_id = one.account_id
inner join accounts as other
    on
        links.linked_platform = other.platform
        and links.linked_account_id = other.account_id
where links.status = 'review'
