with

uses as (

    select * from {{ ref('int_github__used_topics') }}

)

select
    topic,
    heroes_using,
    heroes,
    heroes_share,
    sample_using,
    sample,
    sample_share,
    lift
from {{ ecosystem_shares('uses', 'topic') }}
