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

from community_assets.assets import model_assets, overview_asset, publication_asset, resolution_assets
from community_assets.checks import load_is_complete, publication_guard
from community_assets.connectors import connectors
from community_assets.ingestion import Connector, source_assets
from community_assets.resources import DbtRunner, Warehouse, dbt_project
from community_assets.schedules import marts_sensor, poll_schedule, refresh_schedule
from community_assets.settings import Paths, Settings, load_settings

# Every source is loaded daily or more often, and the marts follow.
FRESHNESS = FreshnessPolicy.time_window(warn_window=timedelta(hours=26), fail_window=timedelta(hours=50))
# Only for an API that does not answer just now; dlt has asked it several times by then.
RETRIES = RetryPolicy(max_retries=3, delay=60, backoff=Backoff.EXPONENTIAL, jitter=Jitter.PLUS_MINUS)


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
    sources = connectors(settings)
    project = dbt_project(paths)
    models = model_assets(project, sources, paths)
    marts = sorted(key for build in models for key in build.keys if key.path[0] == "marts")
    assets = [
        *(source_assets(connector, paths) for connector in sources),
        *models,
        *resolution_assets(paths, settings.resolution),
        publication_asset(marts, paths),
        overview_asset(paths),
    ]
    return Definitions(
        assets=list(map_asset_specs(lambda spec: apply_freshness_policy(spec, FRESHNESS), assets)),
        asset_checks=[publication_guard(paths), *(load_is_complete(c, paths) for c in sources)],
        jobs=[job for c in sources for job in _refresh_jobs(c)] + [_build_marts_job(sources)],
        schedules=[
            *(refresh_schedule(c.name, c.cron) for c in sources),
            *(poll_schedule(c.name, poll) for c in sources for poll in c.polls),
        ],
        sensors=[marts_sensor([c.name for c in sources], paths)],
        resources={
            "dlt": DagsterDltResource(),
            "dbt": DbtRunner(target_path=str(paths.dbt / "build"), databases=_databases(sources, paths)),
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
