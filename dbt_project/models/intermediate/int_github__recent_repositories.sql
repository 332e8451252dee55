with

profiles as (

    select * from {{ ref('stg_github__users') }}

),

unnested as (

    select *
    from {{ json_rows(
        'profiles',
        'user_id',
        'recent_repositories',
        {
            'repository_id': 'varchar',
            'created_at': 'timestamp with time zone',
            'is_fork': 'boolean',
        },
    ) }}

)

select distinct
    user_id,
    repository_id,
    created_at,
    is_fork
from unnested
