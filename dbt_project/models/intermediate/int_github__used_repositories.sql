with

profiles as (

    select * from {{ ref('stg_github__deep_profiles') }}

),

own as (

    select
        *,
        'own' as relation
    from {{ json_rows(
        'profiles',
        'user_id',
        'repositories',
        {
            'repository_id': 'varchar',
            'name_with_owner': 'varchar',
            'primary_language': 'varchar',
            'stargazer_count': 'bigint',
        },
    ) }}

),

starred as (

    select
        *,
        'starred' as relation
    from {{ json_rows(
        'profiles',
        'user_id',
        'starred_repositories',
        {
            'repository_id': 'varchar',
            'name_with_owner': 'varchar',
            'primary_language': 'varchar',
            'stargazer_count': 'bigint',
        },
    ) }}

),

contributed as (

    select
        *,
        'contributed' as relation
    from {{ json_rows(
        'profiles',
        'user_id',
        'contributed_repositories',
        {
            'repository_id': 'varchar',
            'name_with_owner': 'varchar',
            'primary_language': 'varchar',
            'stargazer_count': 'bigint',
        },
    ) }}

),

uses as (

    select * from own
    union all
    select * from starred
    union all
    select * from contributed

)

select
    uses.user_id,
    uses.relation,
    uses.repository_id,
    min(uses.name_with_owner) as name_with_owner,
    min(uses.primary_language) as primary_language,
    max(uses.stargazer_count) as stargazer_count,
    max(profiles.last_observed_at) as last_observed_at
from uses
inner join profiles on uses.user_id = profiles.user_id
where uses.repository_id is not null
group by
    uses.user_id,
    uses.relation,
    uses.repository_id
