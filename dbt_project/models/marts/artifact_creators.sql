with

artifacts as (

    select
        artifacts.*,
        -- What was not there yet has grown from nothing, for who was there.
        coalesce(artifacts.downloads_growth_30_days, artifacts.downloads) as downloads_in_30_days,
        coalesce(artifacts.downloads_growth_90_days, artifacts.downloads) as downloads_in_90_days,
        coalesce(artifacts.stars_growth_30_days, artifacts.stars) as stars_in_30_days,
        coalesce(artifacts.stars_growth_90_days, artifacts.stars) as stars_in_90_days
    from {{ ref('artifacts') }} as artifacts
    where artifacts.creator_id is not null

),

totals as (

    select
        creator_id,
        count(*) as artifacts,
        count(case when platform = 'terraform_registry' then 1 end) as terraform_artifacts,
        count(case when platform = 'artifact_hub' then 1 end) as artifact_hub_artifacts,
        cast(sum(downloads) as bigint) as downloads,
        cast(sum(downloads_month) as bigint) as downloads_month,
        cast(sum(stars) as bigint) as stars,
        count(case when is_verified then 1 end) > 0 as is_verified,
        count(case when is_official then 1 end) > 0 as is_official,
        cast(sum(downloads_in_30_days) as bigint) as downloads_in_30_days,
        cast(sum(downloads_in_90_days) as bigint) as downloads_in_90_days,
        cast(sum(stars_in_30_days) as bigint) as stars_in_30_days,
        cast(sum(stars_in_90_days) as bigint) as stars_in_90_days,
        min(first_observed_at) as first_observed_at,
        max(released_at) as last_released_at
    from artifacts
    group by creator_id

),

contributors as (

    select
        artifacts.creator_id,
        count(distinct contributors.account_id) as contributors
    from artifacts
    inner join {{ ref('int_github__source_repositories') }} as repositories
        on artifacts.source_repository = repositories.source_repository
    inner join {{ ref('int_github__source_contributors') }} as contributors
        on repositories.repository_id = contributors.repository_id
    group by artifacts.creator_id

),

ranked_publishers as (

    select
        *,
        row_number() over (
            partition by creator_id
            order by
                case when lower(login) = lower(github_login) then 0 else 1 end asc nulls last,
                github_confidence desc nulls last,
                platform desc nulls last,
                account_id asc nulls last
        ) as publisher_rank
    from {{ ref('int_artifact_publishers') }}

),

-- An organization on GitHub is the company that people call by its login.
employers as (

    select
        lower(company) as handle,
        min(company_id) as company_id
    from {{ ref('stg_resolution__companies') }}
    where company like '@%'
    group by lower(company)
    having count(distinct company_id) = 1

),

creators as (

    select
        totals.*,
        publishers.name,
        publishers.person_id,
        publishers.github_login,
        publishers.github_evidence,
        publishers.github_confidence,
        case
            when publishers.person_id is not null then 'person'
            when publishers.account_type = 'Organization' then 'organization'
            else 'unknown'
        end as creator_type,
        contributors.contributors,
        coalesce(people.company_id, employers.company_id) as company_id
    from totals
    inner join ranked_publishers as publishers
        on
            totals.creator_id = publishers.creator_id
            and publishers.publisher_rank = 1
    left join contributors on totals.creator_id = contributors.creator_id
    left join {{ ref('people') }} as people on publishers.person_id = people.person_id
    left join employers
        on
            publishers.person_id is null
            and '@' || lower(publishers.github_login) = employers.handle

)

select
    creators.creator_id,
    creators.name,
    creators.creator_type,
    creators.person_id,
    creators.company_id,
    companies.company_name,
    creators.github_login,
    creators.github_evidence,
    cast(creators.github_confidence as double) as github_confidence,
    creators.artifacts,
    creators.terraform_artifacts,
    creators.artifact_hub_artifacts,
    creators.downloads,
    creators.downloads_month,
    creators.stars,
    creators.contributors,
    creators.is_verified,
    creators.is_official,
    case
        when creators.first_observed_at <= today.as_of - interval '30' day then creators.downloads_in_30_days
    end as downloads_growth_30_days,
    case
        when creators.first_observed_at <= today.as_of - interval '90' day then creators.downloads_in_90_days
    end as downloads_growth_90_days,
    case
        when creators.first_observed_at <= today.as_of - interval '30' day then creators.stars_in_30_days
    end as stars_growth_30_days,
    case
        when creators.first_observed_at <= today.as_of - interval '90' day then creators.stars_in_90_days
    end as stars_growth_90_days,
    case
        when creators.downloads is not null then rank() over (order by creators.downloads desc nulls last)
    end as rank_by_downloads,
    case
        when creators.stars is not null then rank() over (order by creators.stars desc nulls last)
    end as rank_by_stars,
    rank() over (order by creators.artifacts desc nulls last) as rank_by_artifacts,
    case
        when creators.contributors is not null then rank() over (order by creators.contributors desc nulls last)
    end as rank_by_contributors,
    creators.first_observed_at,
    creators.last_released_at
from creators
left join {{ ref('int_companies') }} as companies on creators.company_id = companies.company_id
cross join {{ ref('int_as_of') }} as today
