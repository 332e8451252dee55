"""Diagnosis: whether everything that a refresh needs is there, check by check, before anything is started.

What belongs here: what is checked, what it means, and what to do about it. What is asked of an API is a module of its
own. Nothing is written, and nothing tells of anybody but the token's own account. How a check looks is said in
`cli/doctor.py`.
"""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import duckdb

from community_assets import raw
from community_assets.diagnosis import artifact_hub, github, terraform_registry
from community_assets.diagnosis.check import Check, Status
from community_assets.publishing.exports import mart_names
from community_assets.publishing.reading import PublishedFileError
from community_assets.running import require_openable
from community_assets.settings import ConfigurationError, Paths, Settings, SourceSection, config_path, load_settings
from community_assets.variables import dbt_variables

# By source; asked only of sources that are on.
SOURCES = {
    "github": github.diagnose,
    "terraform_registry": terraform_registry.diagnose,
    "artifact_hub": artifact_hub.diagnose,
}
_LITTLE_SPACE, _NO_SPACE = 2**30, 100 * 2**20


def diagnose() -> Iterator[Check]:
    """Look at settings, data directory, each source that is on with its last load, and the published file."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        yield Check("configuration", "fail", str(error), "correct it, then ask again", is_setting=True)
        return
    yield _configuration(settings)
    yield _data_directory(settings.paths)
    for source in settings.sources_on:
        yield from SOURCES[source](settings)
        yield _last_load(settings.paths, source)
    yield _published(settings.paths)


def _configuration(settings: Settings) -> Check:
    if not settings.sources_on:
        advice = 'name at least one repository as "owner/name", or another source'
        return Check("configuration", "fail", f"{config_path()}: names no repository", advice, is_setting=True)
    named = "; ".join(f"{name}: {_named(settings.sources[name])}" for name in settings.sources_on)
    return Check("configuration", "ok", f"{config_path()}: {named}")


def _named(section: SourceSection) -> str:
    return ", ".join(f"{key} {len(value)}" for key, value in section if isinstance(value, list))


def _data_directory(paths: Paths) -> Check:
    name, advice = "data directory", "set COMMUNITY_DATA_DIR to a folder of your own"
    try:
        require_openable(paths.data)
    except ConfigurationError as error:
        return Check(name, "fail", str(error), advice, is_setting=True)
    existing = next(folder for folder in (paths.data, *paths.data.parents) if folder.exists())
    if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
        return Check(name, "fail", f"{paths.data} cannot be written", advice, is_setting=True)
    free = shutil.disk_usage(existing).free
    status: Status = "fail" if free < _NO_SPACE else "warn" if free < _LITTLE_SPACE else "ok"
    message = f"{paths.data} can be written, {free / 2**30:,.1f} GB free"
    return Check(name, status, message, None if status == "ok" else "make room", details={"free_bytes": free})


def _last_load(paths: Paths, source: str) -> Check:
    name = f"last load of {source}"
    try:
        at = raw.last_complete_at(paths, source)
    except duckdb.Error as error:
        return Check(name, "fail", f"{paths.raw(source)} cannot be read: {error}", "restore it from a backup")
    if at is None:
        return Check(name, "warn", "no load was complete yet", "run heroes refresh")
    age = datetime.now(UTC) - at
    message = f"complete {age.days} days ago, {at:%Y-%m-%d %H:%M} UTC"
    old = age > timedelta(days=dbt_variables()["stale_after_days"])
    return Check(name, "warn" if old else "ok", message, "run heroes refresh" if old else None)


def _published(paths: Paths) -> Check:
    if not paths.community.exists():
        return Check("published file", "warn", f"{paths.community} is not there yet", "run heroes refresh")
    try:
        marts = mart_names(paths)
    except PublishedFileError as error:
        return Check("published file", "fail", str(error), "close what writes to it, or run heroes refresh")
    written = datetime.fromtimestamp(paths.community.stat().st_mtime, UTC)
    return Check("published file", "ok", f"{paths.community}: {len(marts)} marts of {written:%Y-%m-%d %H:%M} UTC")
