with

interactions as (

    select
        person_id,
        case when ended_at is null then kind end as kind
    from {{ ref('int_person_interactions') }}

)

select
    person_id,
    count(kind) as interactions,
    count(case when kind = 'star' then 1 end) as stars,
    count(case when kind = 'watch' then 1 end) as watches,
    count(case when kind = 'fork' then 1 end) as forks,
    count(case when kind = 'contribution' then 1 end) as contributions,
    count(case when kind = 'issue' then 1 end) as issues,
    count(case when kind = 'pull_request' then 1 end) as pull_requests,
    count(case when kind in ('issue_comment', 'pull_request_comment', 'discussion_comment') then 1 end) as comments,
    count(case when kind = 'review' then 1 end) as reviews,
    count(case when kind = 'discussion' then 1 end) as discussions,
    count(case when kind = 'published' then 1 end) as artifacts
from interactions
group by person_id
