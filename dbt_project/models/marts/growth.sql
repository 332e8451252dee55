with

timed as (

    select
        interactions.person_id,
        interactions.kind,
        interactions.target_id,
        interactions.target_name,
        suspicion.is_suspicious,
        cast(date_trunc('week', interactions.happened_at) as date) as week,
        row_number() over (
            partition by interactions.person_id
            order by
                interactions.happened_at asc nulls last,
                interactions.kind asc nulls last,
                interactions.target_id asc nulls last
        ) as occurrence
    from {{ ref('interactions') }} as interactions
    left join {{ ref('int_suspicion') }} as suspicion on interactions.person_id = suspicion.person_id
    where
        interactions.happened_at is not null
        and interactions.ended_at is null

),

people_weeks as (

    select
        week,
        kind,
        target_id,
        min(target_name) as target_name,
        count(*) as interactions,
        count(case when occurrence = 1 then 1 end) as new_people,
        count(case when is_suspicious then 1 end) as suspicious_interactions
    from timed
    group by
        week,
        kind,
        target_id

),

-- Where the list of stars is closed, GitHub's own count of a week knows more than the people who were seen.
star_weeks as (

    select
        star_weeks.week,
        'star' as kind,
        star_weeks.repository_id as target_id,
        coverage.name_with_owner as target_name,
        star_weeks.stars as interactions
    from {{ ref('int_github__star_weeks') }} as star_weeks
    inner join {{ ref('star_coverage') }} as coverage on star_weeks.repository_id = coverage.repository_id
    where coverage.tier <> 'listed'

),

weeks as (

    select
        coalesce(people_weeks.week, star_weeks.week) as week,
        coalesce(people_weeks.kind, star_weeks.kind) as kind,
        coalesce(people_weeks.target_id, star_weeks.target_id) as target_id,
        coalesce(people_weeks.target_name, star_weeks.target_name) as target_name,
        coalesce(star_weeks.interactions, people_weeks.interactions) as interactions,
        people_weeks.new_people,
        coalesce(people_weeks.suspicious_interactions, 0) as suspicious_interactions,
        case when star_weeks.week is null then 'people' else 'star_history' end as counted_by
    from people_weeks
    full outer join star_weeks
        on
            people_weeks.week = star_weeks.week
            and people_weeks.kind = star_weeks.kind
            and people_weeks.target_id = star_weeks.target_id
    where
        star_weeks.interactions > 0
        or people_weeks.interactions > 0

)

select
    week,
    kind,
    target_id,
    target_name,
    interactions,
    new_people,
    suspicious_interactions,
    cast(
        sum(interactions) over (
            partition by kind, target_id
            order by week asc nulls last
            rows between unbounded preceding and current row
        ) as bigint
    ) as cumulative_interactions,
    counted_by
from weeks
