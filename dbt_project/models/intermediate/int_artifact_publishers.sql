with

sources as (

    select
        artifacts.platform,
        artifacts.creator_account_id as account_id,
        repositories.owner_login,
        repositories.owner_account_id,
        repositories.owner_type,
        count(*) as artifacts
    from {{ ref('int_artifacts') }} as artifacts
    inner join {{ ref('int_github__source_repositories') }} as repositories
        on artifacts.source_repository = repositories.source_repository
    where repositories.is_found and artifacts.creator_account_id is not null
    group by
        artifacts.platform,
        artifacts.creator_account_id,
        repositories.owner_login,
        repositories.owner_account_id,
        repositories.owner_type

),

-- Whoever publishes what several others own is none of them.
owners as (

    select
        platform,
        account_id,
        min(owner_login) as owner_login,
        min(owner_account_id) as owner_account_id,
        min(owner_type) as owner_type
    from sources
    group by
        platform,
        account_id
    having count(*) = 1

),

publishers as (

    select distinct
        platform,
        creator_account_id as account_id
    from {{ ref('int_artifacts') }}
    where creator_account_id is not null

),

links as (

    select
        platform,
        account_id,
        evidence,
        confidence
    from {{ ref('stg_resolution__identity_links') }}
    where
        linked_platform = 'github'
        and status = 'linked'
    union all
    select
        linked_platform as platform,
        linked_account_id as account_id,
        evidence,
        confidence
    from {{ ref('stg_resolution__identity_links') }}
    where
        platform = 'github'
        and status = 'linked'

),

surest_links as (

    select
        *,
        row_number() over (
            partition by platform, account_id
            order by confidence desc nulls last, evidence asc nulls last
        ) as link_rank
    from links

)

select
    publishers.platform,
    publishers.account_id,
    coalesce(accounts.name, accounts.login, publishers.account_id) as name,
    accounts.login,
    accounts.account_type,
    person_accounts.person_id,
    -- A person's publishing accounts are one creator, and so are an organization's.
    case
        when person_accounts.person_id is not null then person_accounts.person_id
        when owners.owner_type = 'Organization' then 'github:' || owners.owner_login
        else publishers.platform || ':' || publishers.account_id
    end as creator_id,
    case
        when person_accounts.person_id is not null then people.login
        else owners.owner_login
    end as github_login,
    case
        when surest_links.evidence is not null then surest_links.evidence
        when person_accounts.person_id is null and owners.owner_login is not null then 'publishes from its repositories'
    end as github_evidence,
    case
        when surest_links.evidence is not null then surest_links.confidence
        when person_accounts.person_id is null and owners.owner_login is not null then 0.98
    end as github_confidence
from publishers
left join {{ ref('int_accounts') }} as accounts
    on
        publishers.platform = accounts.platform
        and publishers.account_id = accounts.account_id
left join owners
    on
        publishers.platform = owners.platform
        and publishers.account_id = owners.account_id
left join {{ ref('int_person_accounts') }} as person_accounts
    on
        publishers.platform = person_accounts.platform
        and publishers.account_id = person_accounts.account_id
left join {{ ref('int_person_accounts') }} as people
    on
        person_accounts.person_id = people.person_id
        and people.account_rank = 1
        and people.platform = 'github'
left join surest_links
    on
        publishers.platform = surest_links.platform
        and publishers.account_id = surest_links.account_id
        and surest_links.link_rank = 1
