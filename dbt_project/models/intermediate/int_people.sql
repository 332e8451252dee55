with

accounts as (

    select * from {{ ref('int_person_accounts') }}

),

-- What the main account leaves open, the next one that tells it fills in.
filled as (

    select
        person_id,
        min_by(name, case when name is not null then account_rank end) as name,
        min_by(company, case when company is not null then account_rank end) as company,
        min_by(location, case when location is not null then account_rank end) as location,
        min_by(email, case when email is not null then account_rank end) as email,
        min_by(email_domain, case when email is not null then account_rank end) as email_domain,
        min_by(platform, case when email is not null then account_rank end) as email_platform,
        min_by(
            twitter_username, case when twitter_username is not null then account_rank end
        ) as twitter_username
    from accounts
    group by person_id

)

select
    accounts.person_id,
    accounts.platform,
    accounts.account_id,
    accounts.github_id,
    accounts.login,
    filled.name,
    filled.company,
    filled.location,
    filled.email,
    filled.email_domain,
    filled.email_platform,
    filled.twitter_username,
    accounts.followers,
    accounts.public_repos,
    accounts.own_repo_stars,
    accounts.is_bot,
    accounts.bot_reason,
    accounts.created_at
from accounts
inner join filled on accounts.person_id = filled.person_id
where accounts.account_rank = 1
