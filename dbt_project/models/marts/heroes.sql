with

engagements as (

    select
        person_id,
        count(*) as interactions
    from (
        select distinct
            person_id,
            kind,
            target_type,
            target_id
        from {{ ref('interactions') }}
    ) as distinct_targets
    group by person_id

),

candidates as (

    select
        people.person_id,
        people.github_id,
        coalesce(people.followers, 0) as followers,
        coalesce(people.own_repo_stars, 0) as own_repo_stars,
        coalesce(engagements.interactions, 0) as interactions
    from {{ ref('people') }} as people
    left join engagements on people.person_id = engagements.person_id
    where not people.is_bot

),

components as (

    select
        *,
        percent_rank() over (order by followers asc nulls last) as reach,
        percent_rank() over (order by own_repo_stars asc nulls last) as authority,
        percent_rank() over (order by interactions asc nulls last) as engagement
    from candidates

),

scored as (

    select
        *,
        -- Rounded, so that noise of floating-point sums never decides a tie.
        round(
            cast(
                100 * (
                    {{ var('weight_reach') }} * reach
                    + {{ var('weight_authority') }} * authority
                    + {{ var('weight_engagement') }} * engagement
                ) as double
            ),
            6
        ) as score
    from components

)

select
    person_id,
    row_number() over (
        order by
            score desc nulls last,
            followers desc nulls last,
            github_id asc nulls last,
            person_id asc nulls last
    ) as rank,
    score,
    reach,
    authority,
    engagement,
    followers,
    own_repo_stars,
    interactions
from scored
