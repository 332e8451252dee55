"""GitHub's connector."""

from datetime import timedelta

from community_assets import raw
from community_assets.connectors.source_repositories import source_repositories
from community_assets.ingestion import Connector, Poll
from community_assets.settings import Settings
from community_assets.sources.github import GithubLoad, github
from community_assets.sources.github.profiles import EDGES
from community_assets.sources.github.schemas import KEYS

_EVENTS = "select 1 from raw.repositories group by repository_id having arg_max(star_tier, observed_at) = 'events'"
_PROFILE_ACCOUNTS = {"users": "database_id", "deep_profiles": "user_database_id"}
_ARTIFACT_ACCOUNTS = {"artifact_repositories": "owner_database_id", "artifact_contributors": "user_database_id"}


def github_connector(settings: Settings) -> Connector:
    """GitHub as `[github]` and the environment configure it."""

    def start() -> GithubLoad | None:
        section = settings.github
        if not section.is_on:
            return None
        environment = section.environment()
        settings.refuse_real_people(environment.api_url)
        # A GitHub server has no repositories of github.com.
        sources = [] if environment.api_url.endswith("/api/v3") else source_repositories(settings.paths)
        return GithubLoad(
            token=environment.secret,
            api_url=environment.api_url,
            graphql_url=environment.graphql_endpoint,
            repositories=list(section.repositories),
            organizations=list(section.organizations),
            profile_max_age=timedelta(days=section.profile_max_age_days),
            hero_profile_max_age=timedelta(days=section.hero_profile_max_age_days),
            whole_walk_after=timedelta(days=section.whole_list_max_age_days),
            deep_profile_heroes=section.deep_profile_heroes,
            deep_profile_sample=section.deep_profile_sample,
            deep_profile_points=section.deep_profile_points,
            artifact_repositories=sources,
            artifact_budget=section.artifact_repository_requests,
            points_budget=section.points_per_refresh,
            longest_wait=timedelta(minutes=section.max_wait_minutes),
            at_once=section.requests_at_once,
        )

    return Connector(
        name="github",
        empty=github,
        start=start,
        account_columns={**dict.fromkeys(EDGES, "user_database_id"), **_PROFILE_ACCOUNTS, **_ARTIFACT_ACCOUNTS},
        keys=KEYS,
        cron="15 4 * * *",
        # GitHub keeps the last 300 events of a repository, of all kinds.
        polls=[
            Poll(
                "star_events", ["star_events"], "*/30 * * * *", lambda: raw.has_rows(settings.paths, "github", _EVENTS)
            )
        ],
    )
