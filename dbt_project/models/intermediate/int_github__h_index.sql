with

ranked as (

    select
        user_id,
        stargazer_count,
        row_number() over (
            partition by user_id
            order by stargazer_count desc nulls last, repository_id asc nulls last
        ) as position
    from {{ ref('int_github__own_repositories') }}

)

select
    user_id,
    count(case when stargazer_count >= position then 1 end) as h_index
from ranked
group by user_id
