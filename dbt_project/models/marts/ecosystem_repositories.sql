with

uses as (

    select used.*
    from {{ ref('int_github__used_repositories') }} as used
    left join {{ ref('stg_github__repositories') }} as ours on used.repository_id = ours.repository_id
    where
        used.relation in ('starred', 'contributed')
        and ours.repository_id is null

),

ranked as (

    select
        *,
        row_number() over (
            partition by repository_id
            order by last_observed_at desc nulls last, user_id asc nulls last, relation asc nulls last
        ) as recency
    from uses

),

repositories as (

    select * from ranked
    where recency = 1

)

select
    repositories.repository_id,
    repositories.name_with_owner,
    repositories.primary_language,
    repositories.stargazer_count,
    shares.heroes_using,
    shares.heroes,
    shares.heroes_share,
    shares.sample_using,
    shares.sample,
    shares.sample_share,
    shares.lift
from {{ ecosystem_shares('uses', 'repository_id') }} as shares
inner join repositories on shares.repository_id = repositories.repository_id
