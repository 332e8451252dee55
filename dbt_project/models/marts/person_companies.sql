with

companies as (

    select
        *,
        is_current and valid_to is null as is_so_now,
        row_number() over (
            partition by person_id, company_id
            order by
                case when valid_to is null then 0 else 1 end asc nulls last,
                valid_from desc nulls last,
                is_current desc nulls last,
                company_confidence desc nulls last,
                position asc nulls last
        ) as recency
    from {{ ref('int_person_companies') }}

),

spans as (

    select
        person_id,
        company_id,
        max(is_so_now) as is_current,
        max(is_employer) as is_employer,
        min(case when is_current then valid_from end) as valid_from,
        max(case when is_current then valid_to end) as last_valid_to,
        min(case when not is_current then valid_from end) as past_since
    from companies
    group by
        person_id,
        company_id

)

select
    spans.person_id,
    spans.company_id,
    names.company_name,
    companies.position,
    spans.is_current,
    spans.is_employer,
    companies.company_method,
    companies.company_confidence,
    spans.valid_from,
    case when not spans.is_current then coalesce(spans.last_valid_to, spans.past_since) end as valid_to
from spans
inner join companies
    on
        spans.person_id = companies.person_id
        and spans.company_id = companies.company_id
        and companies.recency = 1
inner join {{ ref('int_companies') }} as names on spans.company_id = names.company_id
