with

profiles as (

    select * from {{ ref('stg_github__users') }}

),

memberships as (

    select *
    from {{ json_rows('profiles', 'user_id', 'organizations', {'login': 'varchar'}) }}

),

account_memberships as (

    select distinct
        accounts.account_id,
        memberships.login
    from memberships
    inner join {{ ref('int_github__accounts') }} as accounts on memberships.user_id = accounts.user_id
    where memberships.login <> ''

),

quoted as (

    select
        account_id,
        login,
        -- 39 is the single quote, which engines escape differently in a literal.
        case when login like '%' || chr(39) || '%' then '"' else chr(39) end as quote
    from account_memberships

)

select
    account_id,
    '[' || {{ listagg("quote || login || quote", "', '", "order by login") }} || ']' as organizations
from quoted
group by account_id
