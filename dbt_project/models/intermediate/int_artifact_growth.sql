with

days as (

    select
        days.platform,
        days.artifact_id,
        days.downloads,
        days.stars,
        days.observed_on <= cast(today.as_of - interval '30' day as date) as is_before_30,
        days.observed_on <= cast(today.as_of - interval '90' day as date) as is_before_90,
        row_number() over (
            partition by days.platform, days.artifact_id
            order by days.observed_on desc nulls last
        ) as recency
    from {{ ref('int_artifact_days') }} as days
    cross join {{ ref('int_as_of') }} as today

),

-- The last observation of each time.
marked as (

    select
        *,
        recency = min(case when is_before_30 then recency end) over (partition by platform, artifact_id) as is_at_30,
        recency = min(case when is_before_90 then recency end) over (partition by platform, artifact_id) as is_at_90
    from days

)

select
    platform,
    artifact_id,
    max(case when is_at_30 then downloads end) as downloads_30_days_ago,
    max(case when is_at_90 then downloads end) as downloads_90_days_ago,
    max(case when is_at_30 then stars end) as stars_30_days_ago,
    max(case when is_at_90 then stars end) as stars_90_days_ago
from marked
group by
    platform,
    artifact_id
