{#- Rounded, so that noise of floating-point sums never decides a tie. -#}
{% macro weighted_score(reach, activity, engagement, authority, network) -%}
    round(cast(100 * (
        {{ var('weight_reach') }} * {{ reach }}
        + {{ var('weight_activity') }} * {{ activity }}
        + {{ var('weight_engagement') }} * {{ engagement }}
        + {{ var('weight_authority') }} * {{ authority }}
        + {{ var('weight_network') }} * {{ network }}
    ) as double), 6)
{%- endmacro %}
