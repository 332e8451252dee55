"""Definitions: the only place where the parts meet.

Importing this module opens no connection, reads no token, and starts dbt only when its manifest is out of date.
"""

import os
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from dagster import (
    AssetSelection,
    Backoff,
    Definitions,
    FreshnessPolicy,
    Jitter,
    RetryPolicy,
    apply_freshness_policy,
    define_asset_job,
    definitions,
    in_process_executor,
    map_asset_specs,
)
from dagster_dlt import DagsterDltResource

from community_assets import raw
from community_assets.assets import model_assets, overview_asset, publication_asset, resolution_assets
from community_assets.checks import load_is_complete, publication_guard
from community_assets.ingestion import Connector, Poll, source_assets
from community_assets.resources import DbtRunner, Warehouse, dbt_project
from community_assets.schedules import marts_sensor, poll_schedule, refresh_schedule
from community_assets.settings import (
    ConfigurationError,
    Paths,
    Settings,
    github_environment,
    is_loopback,
    load_settings,
)
from community_assets.sources.github import GithubLoad, github
from community_assets.sources.github.profiles import EDGES
from community_assets.sources.github.schemas import KEYS

# Every source is loaded daily or more often, and the marts follow.
FRESHNESS = FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(hours=50))
# Only for an API that does not answer just now; dlt has asked it several times by then.
RETRIES = RetryPolicy(max_retries=3, delay=60, backoff=Backoff.EXPONENTIAL, jitter=Jitter.PLUS_MINUS)
_EVENTS = "select 1 from raw.repositories group by repository_id having arg_max(star_tier, observed_at) = 'events'"
_PROFILE_ACCOUNTS = {"users": "database_id", "deep_profiles": "user_database_id"}


def github_connector(settings: Settings) -> Connector:
    """GitHub as `[github]` and the environment configure it."""

    def start() -> GithubLoad | None:
        section = settings.github
        if not section.is_on:
            return None
        environment = github_environment()
        if settings.paths.sandbox_marker.exists() and not is_loopback(environment.api_url):
            raise ConfigurationError(
                f"COMMUNITY_DATA_DIR: {settings.paths.data} holds the made-up community of the demo; "
                "expected another folder for real people"
            )
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
            points_budget=section.points_per_refresh,
            longest_wait=timedelta(minutes=section.max_wait_minutes),
            at_once=section.requests_at_once,
        )

    return Connector(
        name="github",
        empty=github,
        start=start,
        account_columns={**dict.fromkeys(EDGES, "user_database_id"), **_PROFILE_ACCOUNTS},
        keys=KEYS,
        cron="15 4 * * *",
        # GitHub keeps the last 300 events of a repository, of all kinds.
        polls=[
            Poll(
                "star_events", ["star_events"], "*/30 * * * *", lambda: raw.has_rows(settings.paths, "github", _EVENTS)
            )
        ],
    )


def build_defs(settings: Settings | None = None, **resources: Any) -> Definitions:
    """Assemble assets, checks, jobs, schedules and resources.

    Args:
        settings: instead of community.toml and the environment.
        resources: by resource key, instead of the ones made here.

    Raises:
        ConfigurationError: the settings are wrong.
    """
    settings = settings or load_settings()
    paths = settings.paths
    os.environ["COMMUNITY_DATA_DIR"] = str(paths.data)  # dbt's profile reads it
    connectors = [github_connector(settings)]
    project = dbt_project(paths)
    models = model_assets(project, connectors, paths)
    marts = sorted(key for build in models for key in build.keys if key.path[0] == "marts")
    assets = [
        *(source_assets(connector, paths) for connector in connectors),
        *models,
        *resolution_assets(paths, settings.resolution),
        publication_asset(marts, paths),
        overview_asset(paths),
    ]
    return Definitions(
        assets=list(map_asset_specs(lambda spec: apply_freshness_policy(spec, FRESHNESS), assets)),
        asset_checks=[publication_guard(paths), *(load_is_complete(c, paths) for c in connectors)],
        jobs=[job for c in connectors for job in _refresh_jobs(c)] + [_build_marts_job(connectors)],
        schedules=[
            *(refresh_schedule(c.name, c.cron) for c in connectors),
            *(poll_schedule(c.name, poll) for c in connectors for poll in c.polls),
        ],
        sensors=[marts_sensor([c.name for c in connectors], paths)],
        resources={
            "dlt": DagsterDltResource(),
            "dbt": DbtRunner(target_path=str(paths.dbt / "build"), databases=_databases(connectors, paths)),
            "warehouse": Warehouse(path=str(paths.warehouse)),
            **resources,
        },
        # Importing dagster and dbt costs more than any step of these jobs, so that steps share one process.
        executor=in_process_executor,
    )


def _databases(connectors: list[Connector], paths: Paths) -> dict[str, str]:
    """Files by their names in dbt's profile."""
    return {"warehouse": str(paths.warehouse), **{f"raw_{c.name}": str(paths.raw(c.name)) for c in connectors}}


def _refresh_jobs(connector: Connector) -> Iterator[Any]:
    yield define_asset_job(
        f"refresh_{connector.name}",
        selection=AssetSelection.groups(connector.name),
        description=f"Load what is new at {connector.name} and publish its raw file.",
        op_retry_policy=RETRIES,
    )
    for poll in connector.polls:
        yield define_asset_job(
            f"refresh_{connector.name}_{poll.name}",
            selection=AssetSelection.assets(*([connector.name, table] for table in poll.tables)),
            description=f"Load {', '.join(poll.tables)} of {connector.name} and publish its raw file.",
            op_retry_policy=RETRIES,
        )


def _build_marts_job(connectors: list[Connector]) -> Any:
    return define_asset_job(
        "build_marts",
        selection=AssetSelection.all() - AssetSelection.groups(*(c.name for c in connectors)),
        description="From raw to published: staging, resolution, marts, checks, publication.",
    )


@definitions
def defs() -> Definitions:
    """What Dagster loads; workspace.yaml points here."""
    return build_defs()
