with

source as (

    select * from {{ source('artifact_hub', 'package_details') }}
    -- Of a package that is gone nothing is said but that.
    where is_found

),

shown as (

    select * from source
    where account_id is not null

),

latest as (

    {{ latest_observations('shown', 'package_id, account_id') }}

),

ends as (

    select
        latest.package_id,
        latest.account_id,
        min(source.observed_at) as ended_at
    from latest
    inner join source on latest.package_id = source.package_id and latest.observed_at < source.observed_at
    group by latest.package_id, latest.account_id

),

renamed as (

    select
        latest.package_id,
        latest.account_id,
        latest.maintainer_name as name,
        latest.maintainer_email as email,
        latest.released_at,
        latest.first_observed_at,
        latest.observed_at as last_observed_at,
        ends.ended_at
    from latest
    left join ends on latest.package_id = ends.package_id and latest.account_id = ends.account_id

)

select * from renamed
