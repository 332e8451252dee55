"""Schedules and the sensor: what keeps the data fresh while Dagster's daemon runs, as it does under `make dev`.

Each source is loaded by its own schedule. Marts follow the raw files, whoever replaced them and however the load ended.
"""

from pathlib import Path

from dagster import (
    DagsterRunStatus,
    DefaultScheduleStatus,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SensorDefinition,
    SensorEvaluationContext,
    SkipReason,
    sensor,
)

from community_assets.ingestion import Poll
from community_assets.settings import Paths

_UNFINISHED = [
    DagsterRunStatus.QUEUED,
    DagsterRunStatus.NOT_STARTED,
    DagsterRunStatus.STARTING,
    DagsterRunStatus.STARTED,
    DagsterRunStatus.CANCELING,
]


def refresh_schedule(source: str, cron: str) -> ScheduleDefinition:
    """Load a source at times in UTC; on as soon as the daemon runs."""
    return ScheduleDefinition(
        name=f"{source}_schedule",
        job_name=f"refresh_{source}",
        cron_schedule=cron,
        execution_timezone="UTC",
        default_status=DefaultScheduleStatus.RUNNING,
        description=f"Loads what is new at {source}.",
    )


def poll_schedule(source: str, poll: Poll) -> ScheduleDefinition:
    """Load some tables of a source more often, where that finds anything; on as soon as the daemon runs."""

    def should_run(_context: ScheduleEvaluationContext) -> bool:
        return poll.is_needed()

    return ScheduleDefinition(
        name=f"{source}_{poll.name}_schedule",
        job_name=f"refresh_{source}_{poll.name}",
        cron_schedule=poll.cron,
        execution_timezone="UTC",
        should_execute=should_run,
        default_status=DefaultScheduleStatus.RUNNING,
        description=f"Loads {', '.join(poll.tables)} of {source} before the API forgets them.",
    )


def marts_sensor(sources: list[str], paths: Paths) -> SensorDefinition:
    """Build the marts once the raw files are newer than what is published and no load is under way."""

    @sensor(
        name="marts_after_loads",
        job_name="build_marts",
        minimum_interval_seconds=60,
        default_status=DefaultSensorStatus.RUNNING,
        description="Builds the marts when the loads that replaced a raw file have all ended.",
    )
    def marts_after_loads(context: SensorEvaluationContext) -> RunRequest | SkipReason:
        newest = max(_modified(paths.raw(source)) for source in sources)
        if newest <= _modified(paths.community):
            return SkipReason("What is published is as new as the raw files.")
        if context.instance.get_runs(RunsFilter(statuses=_UNFINISHED), limit=1):
            return SkipReason("A load or a build is under way.")
        # The key stands for this state of the raw files: a build that failed on it is not tried again.
        return RunRequest(run_key=f"raw-{newest}")

    return marts_after_loads


def _modified(path: Path) -> int:
    return path.stat().st_mtime_ns if path.exists() else 0
