with

stars as (

    select
        entries.repository_id,
        count(case when entries.ended_at is null then 1 end) as seen,
        count(case when suspicion.is_suspicious and entries.ended_at is null then 1 end) as suspicious,
        count(entries.ended_at) as ended,
        min(case when entries.ended_at is null then entries.happened_at end) as from_at,
        max(case when entries.ended_at is null then entries.happened_at end) as to_at
    from {{ ref('int_github__list_entries') }} as entries
    left join {{ ref('stg_resolution__suspicion') }} as suspicion
        on
            suspicion.platform = 'github'
            and entries.account_id = suspicion.account_id
    where entries.kind = 'star'
    group by entries.repository_id

),

counted as (

    select
        repositories.repository_id,
        repositories.name_with_owner,
        repositories.star_tier,
        coalesce(repositories.stargazer_count, 0) as expected,
        coalesce(stars.seen, 0) as seen,
        coalesce(stars.suspicious, 0) as suspicious,
        coalesce(stars.ended, 0) as ended,
        stars.from_at,
        stars.to_at,
        repositories.last_observed_at as observed_at
    from {{ ref('stg_github__repositories') }} as repositories
    left join stars on repositories.repository_id = stars.repository_id

)

select
    repository_id,
    name_with_owner,
    coalesce(
        star_tier,
        case
            when seen + ended > 0 or expected = 0 then 'listed'
            else 'counts'
        end
    ) as tier,
    expected,
    seen,
    suspicious,
    case
        when expected > 0 then least(1, seen / cast(expected as double))
    end as coverage,
    ended,
    from_at,
    to_at,
    observed_at
from counted
