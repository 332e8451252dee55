with

shares as (

    select
        'language' as subject,
        language as used,
        heroes_using,
        heroes,
        heroes_share,
        sample_using,
        sample,
        sample_share,
        lift
    from {{ ref('ecosystem_languages') }}
    union all
    select
        'repository' as subject,
        repository_id as used,
        heroes_using,
        heroes,
        heroes_share,
        sample_using,
        sample,
        sample_share,
        lift
    from {{ ref('ecosystem_repositories') }}
    union all
    select
        'topic' as subject,
        topic as used,
        heroes_using,
        heroes,
        heroes_share,
        sample_using,
        sample,
        sample_share,
        lift
    from {{ ref('ecosystem_topics') }}

)

select *
from shares
where
    heroes_using < {{ var('ecosystem_minimum_support') }}
    or heroes_using > heroes
    or heroes > {{ var('ecosystem_heroes') }}
    or sample_using > sample
    or abs(heroes_share * heroes - heroes_using) > 0.000001
    or (sample_share is null) <> (sample = 0)
    or abs(sample_share * sample - sample_using) > 0.000001
    or (lift is null) <> (sample_using = 0)
    or abs(lift * sample_using * heroes - heroes_using * sample) > 0.000001 * sample * heroes
