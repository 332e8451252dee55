select
    publishers.person_id,
    cast(sum(artifacts.downloads) as bigint) as artifact_downloads,
    cast(sum(artifacts.stars) as bigint) as artifact_stars
from {{ ref('int_artifacts') }} as artifacts
inner join {{ ref('int_artifact_publishers') }} as publishers
    on
        artifacts.platform = publishers.platform
        and artifacts.creator_account_id = publishers.account_id
where publishers.person_id is not null
group by publishers.person_id
