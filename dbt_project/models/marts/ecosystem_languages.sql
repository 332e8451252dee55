with

uses as (

    select
        user_id,
        primary_language as language
    from {{ ref('int_github__used_repositories') }}
    where primary_language is not null

)

select
    language,
    heroes_using,
    heroes,
    heroes_share,
    sample_using,
    sample,
    sample_share,
    lift
from {{ ecosystem_shares('uses', 'language') }}
