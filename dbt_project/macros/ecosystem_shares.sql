{% macro ecosystem_shares(uses, subject) -%}
(
    with

    members as (

        select
            profiles.user_id,
            profiles.person_id,
            heroes.rank <= {{ var('ecosystem_heroes') }} as is_hero,
            profiles.is_sampled
        from {{ ref('int_deep_profiles') }} as profiles
        inner join {{ ref('heroes') }} as heroes on profiles.person_id = heroes.person_id

    ),

    sizes as (

        select
            count(distinct case when is_hero then person_id end) as heroes,
            count(distinct case when is_sampled then person_id end) as sample
        from members

    ),

    counts as (

        select
            uses.{{ subject }},
            count(distinct case when members.is_hero then members.person_id end) as heroes_using,
            count(distinct case when members.is_sampled then members.person_id end) as sample_using
        from {{ uses }} as uses
        inner join members on uses.user_id = members.user_id
        group by uses.{{ subject }}

    ),

    shares as (

        select
            counts.*,
            sizes.heroes,
            sizes.sample,
            counts.heroes_using / cast(sizes.heroes as double) as heroes_share,
            counts.sample_using / cast(nullif(sizes.sample, 0) as double) as sample_share
        from counts
        cross join sizes
        where counts.heroes_using >= {{ var('ecosystem_minimum_support') }}

    )

    select
        *,
        heroes_share / nullif(sample_share, 0) as lift
    from shares
)
{%- endmacro %}
