-- depends_on: {{ ref('ecosystem_languages') }}
with

variables as (

    select
        {{ var('ecosystem_heroes') }} as ecosystem_heroes,
        {{ var('ecosystem_minimum_support') }} as ecosystem_minimum_support

)

select *
from variables
where
    ecosystem_minimum_support < 1
    or ecosystem_minimum_support > ecosystem_heroes
    or ecosystem_heroes <> floor(ecosystem_heroes)
    or ecosystem_minimum_support <> floor(ecosystem_minimum_support)
