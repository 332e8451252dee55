with

stars as (

    select
        target_id,
        count(distinct account_id) as seen,
        min(happened_at) as from_at,
        max(happened_at) as to_at
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
    or (coverage.seen > 0 and coverage.tier <> 'listed')
    or (coverage.coverage is null) <> (coverage.expected = 0)
    or coverage.coverage <> least(1, coverage.seen / cast(nullif(coverage.expected, 0) as double))
    or coverage.from_at <> stars.from_at
    or coverage.to_at <> stars.to_at
