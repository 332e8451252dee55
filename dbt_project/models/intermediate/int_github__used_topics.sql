with

profiles as (

    select * from {{ ref('stg_github__deep_profiles') }}

),

repositories as (

    select *
    from {{ json_rows('profiles', 'user_id', 'repositories', {'topics': 'json'}) }}

),

topics as (

    select *
    from {{ json_values('repositories', 'user_id', 'topics', 'topic') }}

)

select distinct
    user_id,
    topic
from topics
where topic <> ''
