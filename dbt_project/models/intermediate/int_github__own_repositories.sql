with

profiles as (

    select * from {{ ref('stg_github__users') }}

),

unnested as (

    select *
    from {{ json_rows(
        'profiles',
        'user_id',
        'top_repositories',
        {
            'repository_id': 'varchar',
            'name_with_owner': 'varchar',
            'stargazer_count': 'bigint',
            'primary_language': 'varchar',
        },
    ) }}

)

select distinct
    user_id,
    repository_id,
    name_with_owner,
    stargazer_count,
    primary_language
from unnested
