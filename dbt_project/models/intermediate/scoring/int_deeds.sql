with

phrases as (

    select
        person_id,
        case when interactions = 0 then 'took back every star, watch and fork' end as leaving,
        {{ counted('contributions', 'repository', 'repositories') }} as contributions,
        {{ phrase(' and ', [
            counted('pull_requests', 'pull request', 'pull requests'),
            counted('issues', 'issue', 'issues'),
        ]) }} as openings,
        {{ phrase(' and ', [
            counted('reviews', 'review', 'reviews'),
            counted('comments', 'comment', 'comments'),
        ]) }} as writings,
        {{ counted('discussions', 'discussion', 'discussions') }} as discussions,
        {{ counted('forks', 'fork', 'forks') }} as forks,
        {{ counted('watches', 'repository', 'repositories') }} as watches,
        {{ counted('stars', 'star', 'stars') }} as stars,
        {{ counted('artifacts', 'artifact', 'artifacts') }} as artifacts
    from {{ ref('int_roles') }}

),

sentences as (

    select
        person_id,
        leaving,
        {{ phrase(', ', [
            "'contributed to ' || contributions",
            "'opened ' || openings",
            "'wrote ' || writings",
            "'started ' || discussions",
            "'published ' || artifacts",
        ]) }} as work,
        {{ phrase(', ', [
            "'made ' || forks",
            "'watches ' || watches",
            "'gave ' || stars",
        ]) }} as interest
    from phrases

)

-- What somebody looks at tells little of who works here.
select
    person_id,
    upper(left(coalesce(work, interest, leaving), 1)) || substring(coalesce(work, interest, leaving), 2) as deeds
from sentences
