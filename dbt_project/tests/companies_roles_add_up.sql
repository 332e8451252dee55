-- Each role of each member, counted from the interactions themselves.
with

roles as (

    select distinct
        company_members.company_id,
        company_members.person_id,
        case when interactions.kind like '%_comment' then 'comment' else interactions.kind end as role
    from {{ ref('company_members') }} as company_members
    inner join {{ ref('interactions') }} as interactions on company_members.person_id = interactions.person_id
    where interactions.ended_at is null

),

counted as (

    select
        company_id,
        count(*) as roles
    from roles
    group by company_id

)

select companies.company_id
from {{ ref('companies') }} as companies
left join counted on companies.company_id = counted.company_id
where
    companies.stargazers + companies.watchers + companies.forkers + companies.contributors + companies.issue_authors
    + companies.pull_request_authors + companies.commenters + companies.reviewers + companies.discussion_authors
    + companies.publishers
    <> coalesce(counted.roles, 0)
    or greatest(
        companies.stargazers,
        companies.watchers,
        companies.forkers,
        companies.contributors,
        companies.issue_authors,
        companies.pull_request_authors,
        companies.commenters,
        companies.reviewers,
        companies.discussion_authors,
        companies.publishers,
        companies.champions,
        companies.new_90_days
    ) > companies.members
    or companies.new_30_days > companies.new_90_days
