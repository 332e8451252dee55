-- Published marts of five people, in the columns that the command line reads.
create table people (
    person_id varchar, display_name varchar, github_login varchar, email varchar, x_username varchar, company varchar,
    company_id varchar, company_name varchar, company_method varchar, company_confidence double, location varchar,
    country_code varchar, region varchar, city varchar, place_precision varchar, place_confidence double,
    followers bigint, public_repos bigint, own_repo_stars bigint, account_created_at timestamptz, is_bot boolean,
    bot_reason varchar, suspicion double, suspicion_reasons varchar, is_suspicious boolean, first_seen_at timestamptz, last_seen_at timestamptz
);
insert into people by name
    select 'p1' as person_id, 'Ada' as display_name, 'ada' as github_login, 'ada@example.org' as email,
        'adax' as x_username,
        '@Acme Inc.' as company, 'acme' as company_id, 'Acme' as company_name, 'legal_form' as company_method,
        0.9 as company_confidence, 'Paris, FR' as location, 'FR' as country_code, 'Paris' as city,
        'city' as place_precision, 0.8 as place_confidence, 1200 as followers, 12 as public_repos,
        340 as own_repo_stars, timestamptz '2015-03-01 10:00:00+00' as account_created_at, false as is_bot,
        timestamptz '2026-01-01 10:00:00+02' as first_seen_at, timestamptz '2026-02-01 10:00:00+00' as last_seen_at
    union all by name
    select 'p2' as person_id, $hostile as display_name, 'Grace-H' as github_login, '=cmd|x' as company, false as is_bot,
        40 as followers, 1 as public_repos, 0 as own_repo_stars
    union all by name
    select 'p3' as person_id, 'Edsger' as display_name, 'edsger' as github_login, false as is_bot
    union all by name
    select 'p4' as person_id, 'builder[bot]' as display_name, 'builder[bot]' as github_login, true as is_bot,
        'login' as bot_reason
    union all by name
    select 'p5' as person_id, 'x5k2' as display_name, 'x5k2' as github_login, false as is_bot, 0.94 as suspicion,
        'empty profile; burst' as suspicion_reasons, true as is_suspicious, 0 as followers;
create table heroes as
    select
        h.*, 100e0 * (0.2 * reach_percentile + 0.15 * activity_percentile + 0.35 * engagement_percentile
            + 0.15 * authority_percentile + 0.15 * network_percentile) as score
    from (values
        ('p1', 1, 2, 40e0, 7.1e0, 3.5e0, 4.2e0, 8e0, 2e-2,
            1e0, 0.5e0, 1e0, 1e0, 0.5e0, 1200, 340, 4, 3, 'Reviewed [bold]twice.'),
        ('p2', 2, 1, 44.0, 3.7, 0.0, 1.0, 0.0, 0.01, 0.5, 0.0, 0.5, 0.0, 0.0, 40, 0, 0, 1, 'Starred.'),
        ('p3', 3, 3, 0.0, 0.0, 0.0, 0.0, 0.0, 0.01, 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0, 0, 0, 'No interaction seen.')
    ) h (person_id, rank, rank_without_stars, score_without_stars, reach, activity, engagement, authority, network,
        reach_percentile, activity_percentile, engagement_percentile, authority_percentile, network_percentile,
        followers, own_repo_stars, h_index, interactions, why);
alter table heroes add column rank_with_suspicious integer;
alter table heroes add column score_with_suspicious double;
update heroes set rank_with_suspicious = rank + case when rank > 1 then 1 else 0 end, score_with_suspicious = score / 2;
create table suspicious_people as select 'p5' as person_id, 0.94 as suspicion,
    'empty profile; burst' as suspicion_reasons, 2 as rank_with_suspicious, 30e0 as score_with_suspicious;
create table interactions (
    person_id varchar, kind varchar, target_id varchar, happened_at timestamptz, ended_at timestamptz
);
insert into interactions values
    ('p1', 'review', 'r1', '2026-01-01 09:00:00+00', null), ('p1', 'review', 'r1', '2026-02-01 10:00:00+00', null),
    ('p1', 'watch', 'r2', null, null), ('p1', 'watch', 'r3', null, '2026-02-01 10:00:00+00'),
    ('p2', 'star', 'r1', '2026-01-05 00:00:00+00', null);
create table companies as
    select c.*, 0 as watchers, 0 as forkers, 1 as contributors, 0 as issue_authors, 0 as pull_request_authors,
        0 as commenters, 0 as reviewers, 0 as discussion_authors, 0 as publishers, 0 as heroes_in_top_100, 1 as champions,
        timestamptz '2026-01-01 08:00:00+00' as first_seen_at, null::timestamptz as last_seen_at
    from (values
        ('acme', 'Acme', 'team', 6, 2, 3, 1, 5, 1300, 2),
        ('=sum', '=SUM(A1)', 'single user', 1, 0, 0, 2, 1, 40, 1)
    ) c (company_id, company_name, expansion_stage, members, new_30_days, new_90_days, best_rank, stargazers,
            followers, countries);
create table countries as
    select 'FR' as country_code, 'France' as country_name, 1 as people, 1 as cities, 1 as companies,
        1 as heroes_in_top_100, 1 as best_rank;
create table accounts as from (values
    ('p1', 'github', '1', 'ada', 1), ('p1', 'slack', 'U1', 'al', 2), ('p2', 'github', '2', 'Grace-H', 1),
    ('p2', 'slack', 'U2', 'al', 2), ('p3', 'github', '3', 'edsger', 1), ('p4', 'github', '4', 'builder[bot]', 1),
    ('p5', 'slack', 'U3', 'barbara', 1)
) accounts (person_id, platform, account_id, login, account_rank);
create table identity_links as from (values
    ('p1', 'github', '1', 'x', 'adax', null, 'twitter_username', 1.0::double, 'claimed', null),
    ('p1', 'github', '1', 'slack', 'al', 'U1', 'same verified e-mail address', 0.97::double, 'linked', null),
    ('p1', 'slack', 'U1', 'github', 'ada', '1', 'same verified e-mail address', 0.97::double, 'linked', null)
) identity_links (person_id, platform, account_id, linked_platform, linked_account, linked_account_id, evidence,
        confidence, status, reason);
create table identity_review as from (values
    ('github', '1', 'ada', 'p1', 'slack', 'U3', 'barbara', 'p5', 'same website', 0.6::double, 'too little evidence')
) identity_review (platform, account_id, login, person_id, linked_platform, linked_account_id, linked_login,
        linked_person_id, evidence, confidence, reason);
create table contact_points as select 'p1' as person_id, 'email' as channel, 'ada@example.org' as address,
    'https://github.com/ada' as published_at, 'unknown' as consent;
create table star_coverage as select 'acme/hidden' as name_with_owner, 'counts' as tier;
create table ghrr as from (values
    ('zoe', 'Acme', '[]', null, '-1 Street', 1, 2, 'contributor'), ('bob', null, '[]', null, null, 1, 2, 'subscriber'),
    ('zoe', 'Acme', '[''acme'', ''globex'']', '=zoe@example.org', 'Paris', 1, 2, 'stargazer'),
    ('amy', null, '[]', null, null, 1, 2, 'stargazer')
) ghrr (username, company, organizations, email, location, followers_count, public_repos_count, user_interaction);
create table artifact_creators as
    select c.*, 'publishes from its repositories' as github_evidence, 0.98e0 as github_confidence, 0 as downloads_month,
        40 as downloads_growth_30_days, 90 as downloads_growth_90_days, null::bigint as stars_growth_30_days,
        null::bigint as stars_growth_90_days, timestamptz '2026-02-01 10:00:00+00' as last_released_at
    from (values
        ('p1', 'Ada', 'person', 'p1', 'ada', 'Acme', 2, 100, null, 3, true, false, 2, null, 2, 1),
        ('github:acme', '=SUM(A1)', 'organization', null, 'acme', 'Acme', 9, 500, 7, null, true, true, 1, 1, 1, null),
        ('artifact_hub:user:x', '[red]x[0m', 'unknown', null, null, null, 1, null, 0, null, false, false, null, 2, 3, null)
    ) c (creator_id, name, creator_type, person_id, github_login, company_name, artifacts, downloads, stars, contributors,
        is_verified, is_official, rank_by_downloads, rank_by_stars, rank_by_artifacts, rank_by_contributors);
