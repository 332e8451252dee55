with

github_weeks as (

    select
        repository_id,
        week_began_at,
        stars,
        coalesce(try_cast({{ json_item('stars_by_day', 0) }} as bigint), 0) as stars_on_sunday
    from {{ ref('stg_github__star_history') }}

),

-- GitHub's weeks begin on Sunday, ours on Monday. Half a day more makes the date of a Sunday of any time zone.
parts as (

    select
        repository_id,
        cast(date_trunc('week', week_began_at + interval '12' hour) as date) as week,
        stars_on_sunday as stars
    from github_weeks
    where stars_on_sunday > 0
    union all
    select
        repository_id,
        cast(date_trunc('week', week_began_at + interval '36' hour) as date) as week,
        stars - stars_on_sunday as stars
    from github_weeks

)

select
    repository_id,
    week,
    cast(sum(stars) as bigint) as stars
from parts
group by
    repository_id,
    week
