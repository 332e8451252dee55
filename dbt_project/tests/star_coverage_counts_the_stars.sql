with

stars as (

    select
        target_id,
        count(distinct case when ended_at is null then account_id end) as seen,
        count(distinct case when ended_at is not null then account_id end) as ended,
        min(case when ended_at is null then happened_at end) as from_at,
        max(case when ended_at is null then happened_at end) as to_at
    from {{ ref('int_interactions') }}
    where
        kind = 'star'
        and target_type = 'repository'
    group by target_id

)

select coverage.repository_id
from {{ ref('star_coverage') }} as coverage
left join stars on coverage.repository_id = stars.target_id
where
    coverage.seen <> coalesce(stars.seen, 0)
    or coverage.suspicious > coverage.seen
    or coverage.ended <> coalesce(stars.ended, 0)
    or (coverage.coverage is null) <> (coverage.expected = 0)
    or coverage.coverage <> least(1, coverage.seen / cast(nullif(coverage.expected, 0) as double))
    or coverage.from_at <> stars.from_at
    or coverage.to_at <> stars.to_at
