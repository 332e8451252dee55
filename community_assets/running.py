"""Running: the jobs in this process, with progress, for people at a terminal.

What belongs here: preparing the data directory, executing jobs one after the other, and telling how they ended.
What a job does is defined in `definitions.py`; what is printed is chosen in `cli/`.
"""

import fcntl
import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from community_assets.settings import ConfigurationError, Paths, Settings

if TYPE_CHECKING:
    from dagster import DagsterEvent, DagsterInstance, Definitions, ExecuteInProcessResult

Progress = Callable[[str], None]


@dataclass
class Summary:
    """How a refresh ended.

    Attributes:
        sources: outcome and message of each source's load.
        errors: one line for each thing that went wrong; empty when all is well.
        published: whether the marts were published.
    """

    sources: dict[str, tuple[str, str | None]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    published: bool = False


def prepare_data_dir(paths: Paths) -> None:
    """Make the data directory and Dagster's home in it.

    Raises:
        ConfigurationError: it cannot be written.
    """
    require_openable(paths.data)
    try:
        paths.dagster_home.mkdir(parents=True, exist_ok=True)
        template = resources.files("community_assets").joinpath("dagster.yaml").read_bytes()
        (paths.dagster_home / "dagster.yaml").write_bytes(template)
    except OSError as error:
        raise _not_writable(paths.data, error) from None
    os.environ["DAGSTER_HOME"] = str(paths.dagster_home)


def require_openable(data: Path) -> None:
    """Refuse a data directory whose name not every database can open.

    Raises:
        ConfigurationError: it has such a name.
    """
    if forbidden := set(str(data)) & set("'%?#"):
        raise ConfigurationError(
            f"COMMUNITY_DATA_DIR: {data} has {' '.join(sorted(forbidden))} in its name, which not every database "
            "in it can open; expected another folder"
        )


def _not_writable(data: Path, error: OSError) -> ConfigurationError:
    expected = "expected a folder of your own"
    return ConfigurationError(f"COMMUNITY_DATA_DIR: {data} cannot be written ({error.strerror}); {expected}")


def refresh(settings: Settings, progress: Progress) -> Summary:
    """Load every configured source, then build and publish the marts, whatever became of the loads.

    Raises:
        ConfigurationError: the settings are wrong; nothing was started.
        KeyboardInterrupt: somebody has stopped a load.
    """
    paths = settings.paths
    prepare_data_dir(paths)
    summary = Summary()
    with _only_refresh(paths), _quiet_output(), _reporting(progress), _full_disk(summary, paths):
        progress("starting Dagster")
        from dagster import DagsterInstance

        from community_assets.assets import PUBLISHED
        from community_assets.definitions import build_defs

        defs = build_defs(settings)
        with DagsterInstance.get() as instance:
            _end_killed_runs(instance)
            _name_who_is_waited_for(instance, progress)
            for source in settings.sources_on:
                progress(f"loading {source}")
                _note_load(summary, paths, source, _execute(defs, f"refresh_{source}", instance))
            _note_sources_off(settings)
            progress("building the marts")
            result = _execute(defs, "build_marts", instance)
            summary.errors += _failures(result)
            published = {event.asset_key for event in result.get_asset_materialization_events()}
            summary.published = PUBLISHED in published
    return summary


def _execute(defs: "Definitions", job: str, instance: "DagsterInstance") -> "ExecuteInProcessResult":
    from community_assets.ingestion import ATTENDED, STOPPED

    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance,
        raise_on_error=False,
        tags={ATTENDED: "true"},
        run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
    )
    failures = [event.step_failure_data.user_failure_data for event in result.get_step_failure_events()]
    if any(failure and STOPPED in failure.metadata for failure in failures):
        raise KeyboardInterrupt
    return result


@contextmanager
def _only_refresh(paths: Paths) -> Iterator[None]:
    """Hold the data directory's lock, which the system takes back from a process that is killed.

    Raises:
        ConfigurationError: another process holds it.
    """
    with (paths.dagster_home / "refresh.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"COMMUNITY_DATA_DIR: another refresh is running in {paths.data}; wait for it to end"
            ) from None
        yield


@contextmanager
def _full_disk(summary: Summary, paths: Paths) -> Iterator[None]:
    """Say in one line what stopped Dagster itself: its own database lies in the data directory too."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        yield
    except (OSError, SQLAlchemyError) as error:
        reason = " ".join(str(getattr(error, "orig", None) or error).split())
        free = shutil.disk_usage(paths.data).free // 2**20
        summary.errors.append(f"{paths.data} cannot be written ({free:,} MB free): {reason}")


def _end_killed_runs(instance: "DagsterInstance") -> None:
    """Give back what killed refreshes still hold: nobody else who could have started these runs is alive."""
    from dagster import DagsterRunStatus, RunsFilter

    from community_assets.ingestion import ATTENDED

    unfinished = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.STARTED]
    for run in instance.get_runs(RunsFilter(statuses=unfinished, tags={ATTENDED: "true"})):
        instance.report_run_failed(run, "The process of this run was killed.")
        instance.event_log_storage.free_concurrency_slots_for_run(run.run_id)


def _name_who_is_waited_for(instance: "DagsterInstance", progress: Progress) -> None:
    storage = instance.event_log_storage
    infos = [storage.get_concurrency_info(key) for key in sorted(storage.get_concurrency_keys())]
    runs = {slot.run_id for info in infos for slot in info.claimed_slots}
    if runs:
        progress(f"waiting for Dagster's run {', '.join(sorted(runs))}; if it is dead, end it in the Dagster UI")


def _note_load(summary: Summary, paths: Paths, source: str, result: "ExecuteInProcessResult") -> None:
    from community_assets.raw import last_attempt

    if result.success:
        outcome, message = last_attempt(paths, source) or ("failed", "the load left no note of how it ended")
    else:
        outcome, message = "failed", "; ".join(_failures(result)).removeprefix(f"{source}: ")
    summary.sources[source] = (outcome, message)
    if outcome not in ("complete", "paused"):
        summary.errors.append(f"{source}: {message}")


def _note_sources_off(settings: Settings) -> None:
    """Let `refreshes` say which sources the settings do not name any more; what they told stays."""
    from community_assets import raw

    for source in settings.sources.keys() - set(settings.sources_on):
        last = raw.last_attempt(settings.paths, source)
        if last and last[0] != "off":
            raw.restore_loading(settings.paths, source)
            raw.note_attempt(settings.paths, source, raw.Attempt.without_load(source, "off"))


def _failures(result: "ExecuteInProcessResult") -> list[str]:
    """Failed checks by name, else what the failed steps say."""
    checks = [
        f"check {e.check_name} of {e.asset_key.to_user_string()} failed{f': {e.description}' if e.description else ''}"
        for e in result.get_asset_check_evaluations()
        if not e.passed and e.severity.value == "ERROR"
    ]
    return checks or [_reason(event) for event in result.get_step_failure_events()]


def _reason(event: "DagsterEvent") -> str:
    """The description of a `Failure`, else the innermost exception; never a traceback."""
    data = event.step_failure_data
    if data.user_failure_data and data.user_failure_data.description:
        return data.user_failure_data.description
    error = data.error
    while error and error.cause:
        error = error.cause
    return f"{event.step_key}: {error.message.strip() if error else 'failed'}"


@contextmanager
def _quiet_output() -> Iterator[None]:
    """Keep dbt's lines off the terminal; they are in its log below the data directory and in Dagster's event log."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield


@contextmanager
def _reporting(progress: Progress) -> Iterator[None]:
    """Pass what the package's loggers say on to the terminal."""

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            progress(record.getMessage())

    logger, handler = logging.getLogger("community_assets"), Handler(level=logging.INFO)
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)


def clear_demo(data: Path, made_of: str) -> None:
    """Empty the demo's data directory when it holds another made-up community than the one about to be served.

    Args:
        data: the demo's data directory; nothing is deleted in a folder that the demo did not make.
        made_of: what tells communities apart.

    Raises:
        ConfigurationError: the directory cannot be written.
    """
    marker = Paths(data).sandbox_marker
    try:
        if marker.exists() and marker.read_text("utf-8") != made_of:
            shutil.rmtree(data)
        data.mkdir(parents=True, exist_ok=True)
        marker.write_text(made_of, "utf-8")
        (data / "community.toml").write_text("# The made-up community is loaded by `heroes demo` alone.\n", "utf-8")
    except OSError as error:
        raise _not_writable(data, error) from None
