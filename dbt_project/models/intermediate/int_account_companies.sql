with

claims as (

    select * from {{ ref('int_employer_claims') }}

),

typed as (

    select
        claims.platform,
        claims.account_id,
        claims.valid_from,
        claims.valid_to,
        named.company_id,
        named.company_name,
        named.position,
        named.is_current,
        named.company_method,
        named.company_confidence
    from claims
    inner join {{ ref('stg_resolution__named_companies') }} as named on claims.value = named.company
    where claims.kind = 'company'

),

-- A domain that no table knows is as often a person's own: it counts when others share it or name its company.
shared_domains as (

    select value
    from claims
    where kind = 'email_domain'
    group by value
    having count(distinct account_id) > 1

),

spoken_of as (

    select distinct company_id
    from typed

),

told as (

    select
        claims.platform,
        claims.account_id,
        claims.valid_from,
        claims.valid_to,
        claims.kind,
        evidence.company_id,
        evidence.company_name,
        evidence.company_method,
        evidence.company_confidence
    from claims
    inner join {{ ref('stg_resolution__company_evidence') }} as evidence
        on
            claims.kind = evidence.kind
            and claims.value = evidence.value
    left join shared_domains on claims.value = shared_domains.value
    left join spoken_of on evidence.company_id = spoken_of.company_id
    where
        evidence.is_known
        or claims.kind <> 'email_domain'
        or shared_domains.value is not null
        or spoken_of.company_id is not null

),

ranked as (

    select
        *,
        row_number() over (
            partition by platform, account_id, valid_from, company_id
            order by company_confidence desc nulls last, kind asc nulls last
        ) as place
    from told

),

-- The strongest claim says how, and each kind of another makes it surer: all of them would have to be wrong.
evidence as (

    select
        platform,
        account_id,
        valid_from,
        valid_to,
        company_id,
        max(case when place = 1 then company_name end) as company_name,
        max(case when place = 1 then company_method end) as company_method,
        round(1 - exp(sum(ln(1 - company_confidence))), 4) as company_confidence
    from ranked
    group by
        platform,
        account_id,
        valid_from,
        valid_to,
        company_id

),

spoken_periods as (

    select distinct
        platform,
        account_id,
        valid_from
    from claims
    where kind = 'company'

),

silent as (

    select
        evidence.*,
        row_number() over (
            partition by evidence.platform, evidence.account_id, evidence.valid_from
            order by evidence.company_confidence desc nulls last, evidence.company_id asc nulls last
        ) as position
    from evidence
    left join spoken_periods
        on
            evidence.platform = spoken_periods.platform
            and evidence.account_id = spoken_periods.account_id
            and evidence.valid_from = spoken_periods.valid_from
    where spoken_periods.account_id is null

),

answers as (

    select
        typed.platform,
        typed.account_id,
        typed.valid_from,
        typed.valid_to,
        typed.company_id,
        typed.company_name,
        typed.position,
        typed.is_current,
        true as is_typed,
        typed.company_method,
        case
            when evidence.company_id is null then typed.company_confidence
            else
                least(0.99, round(1 - (1 - typed.company_confidence) * (1 - evidence.company_confidence), 4))
        end as company_confidence
    from typed
    left join evidence
        on
            typed.platform = evidence.platform
            and typed.account_id = evidence.account_id
            and typed.valid_from = evidence.valid_from
            and typed.company_id = evidence.company_id
            and typed.is_current
    union all
    select
        platform,
        account_id,
        valid_from,
        valid_to,
        company_id,
        company_name,
        position,
        true as is_current,
        false as is_typed,
        company_method,
        least(0.9, company_confidence) as company_confidence
    from silent
    where position = 1

)

select
    answers.platform,
    answers.account_id,
    answers.valid_from,
    answers.valid_to,
    coalesce(same.other_company_id, answers.company_id) as company_id,
    answers.company_name,
    answers.position,
    answers.is_current,
    answers.is_typed,
    case when same.company_id is null then answers.company_method else 'similar name, ' || same.reason end
        as company_method,
    case when same.company_id is null then answers.company_confidence else least(0.8, answers.company_confidence) end
        as company_confidence
from answers
left join {{ ref('stg_resolution__similar_companies') }} as same
    on
        answers.company_id = same.company_id
        and same.is_same
