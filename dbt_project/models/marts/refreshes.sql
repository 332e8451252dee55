with

attempts as (

    select
        *,
        row_number() over (
            partition by source_name
            order by started_at desc nulls last, load_id desc nulls last
        ) as recency,
        max(case when outcome = 'complete' then finished_at end) over (partition by source_name) as last_complete_at
    from {{ ref('int_loads') }}
    where is_partial is not true

),

last_attempts as (

    select * from attempts
    where recency = 1

)

select
    coverage.source_name as source,
    case
        when last_attempts.outcome is null then 'off'
        when last_attempts.outcome <> 'complete' then last_attempts.outcome
        when last_attempts.last_complete_at < {{ days_before_run(var('stale_after_days')) }} then 'stale'
        else 'fresh'
    end as status,
    last_attempts.started_at as last_attempt_at,
    last_attempts.outcome as last_attempt_outcome,
    last_attempts.last_complete_at,
    last_attempts.message,
    last_attempts.rows_loaded,
    last_attempts.requests,
    last_attempts.points,
    coverage.expected,
    coverage.seen,
    case
        when coverage.expected > 0 then least(1, coverage.seen / cast(coverage.expected as double))
    end as completeness
from {{ ref('int_coverage') }} as coverage
left join last_attempts on coverage.source_name = last_attempts.source_name
