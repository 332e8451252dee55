select
    artifacts.platform,
    artifacts.artifact_id,
    artifacts.artifact_type,
    artifacts.name,
    artifacts.description,
    publishers.creator_id,
    publishers.name as creator_name,
    artifacts.url,
    artifacts.source_url,
    artifacts.source_repository,
    artifacts.source_repository_status,
    artifacts.contributors,
    artifacts.downloads,
    artifacts.downloads_week,
    artifacts.downloads_month,
    artifacts.downloads_year,
    artifacts.stars,
    artifacts.downloads - growth.downloads_30_days_ago as downloads_growth_30_days,
    artifacts.downloads - growth.downloads_90_days_ago as downloads_growth_90_days,
    artifacts.stars - growth.stars_30_days_ago as stars_growth_30_days,
    artifacts.stars - growth.stars_90_days_ago as stars_growth_90_days,
    artifacts.is_verified,
    artifacts.is_official,
    artifacts.tier,
    artifacts.is_deprecated,
    artifacts.version,
    artifacts.versions,
    artifacts.first_released_at,
    artifacts.released_at,
    artifacts.first_observed_at,
    artifacts.last_observed_at
from {{ ref('int_artifacts') }} as artifacts
left join {{ ref('int_artifact_publishers') }} as publishers
    on
        artifacts.platform = publishers.platform
        and artifacts.creator_account_id = publishers.account_id
left join {{ ref('int_artifact_growth') }} as growth
    on
        artifacts.platform = growth.platform
        and artifacts.artifact_id = growth.artifact_id
