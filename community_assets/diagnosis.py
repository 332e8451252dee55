"""Diagnosis: whether everything that a refresh needs is there, check by check, before anything is started.

What belongs here: what is checked, what it means, and what to do about it. Nothing is written, and nothing tells of
anybody but the token's own account. How a check looks is said in `cli/doctor.py`.
"""

import os
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

import duckdb

from community_assets import raw
from community_assets.publishing.exports import mart_names
from community_assets.publishing.reading import PublishedFileError
from community_assets.running import require_openable
from community_assets.settings import (
    ConfigurationError,
    GithubEnvironment,
    Paths,
    Settings,
    config_path,
    github_environment,
    load_settings,
)
from community_assets.sources.github import GithubLoad, probe
from community_assets.sources.github.client import RefusedError
from community_assets.sources.load import SourceError, UnavailableError
from community_assets.variables import dbt_variables

Status = Literal["ok", "warn", "fail"]
_TOKEN_OF_A_COLLABORATOR = (
    "since July 2026 GitHub lists stargazers and watchers to admins and collaborators of a repository: a classic token "
    "of one of them, with the scope public_repo, would list all"
)
_TIERS = {
    "listed": None,
    "events": f"stars are seen only from now on, as they happen; {_TOKEN_OF_A_COLLABORATOR}",
    "counts": f"stars are counted by week, nobody's name is seen; {_TOKEN_OF_A_COLLABORATOR}",
}
_LITTLE_SPACE, _NO_SPACE = 2**30, 100 * 2**20


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what.
        status: `warn` for what a refresh gets along with, `fail` for what stops it or a part of it.
        message: what was found.
        advice: what to do, where there is something.
        is_setting: whether a failure is one of the settings.
        details: figures of the message, for scripts.
    """

    name: str
    status: Status
    message: str
    advice: str | None = None
    is_setting: bool = False
    details: dict[str, Any] = field(default_factory=dict)


def diagnose() -> Iterator[Check]:
    """Look at settings, data directory, token, API, limits, repositories, the last load and the published file."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        yield Check("configuration", "fail", str(error), "correct it, then ask again", is_setting=True)
        return
    yield _configuration(settings)
    yield _data_directory(settings.paths)
    try:
        environment = github_environment()
    except ConfigurationError as error:
        advice = f"make a classic token with the scopes {_listed(probe.SCOPES)} and set GITHUB_TOKEN to it"
        yield Check("token", "fail", str(error), advice, is_setting=True)
    else:
        yield from _github(settings, environment)
    yield _last_load(settings.paths)
    yield _published(settings.paths)


def _configuration(settings: Settings) -> Check:
    github = settings.github
    if not github.is_on:
        advice = 'name at least one repository as "owner/name"'
        return Check("configuration", "fail", f"{config_path()}: names no repository", advice, is_setting=True)
    named = f"repositories {len(github.repositories)}, organizations {len(github.organizations)}"
    return Check("configuration", "ok", f"{config_path()}: {named}")


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


def _github(settings: Settings, environment: GithubEnvironment) -> Iterator[Check]:
    github = settings.github
    load = GithubLoad(
        token=environment.secret,
        api_url=environment.api_url,
        graphql_url=environment.graphql_endpoint,
        repositories=list(github.repositories),
        organizations=list(github.organizations),
    )
    api = Check("API", "ok", f"{environment.api_url} answers")
    try:
        limits = probe.rate_limits(load.client)
        yield api
        token = probe.token(load.client)
    except UnavailableError as error:
        yield Check("API", "fail", str(error), "check GITHUB_API_URL, the network, and GitHub's status page")
        return
    except SourceError as error:
        yield Check("token", "fail", str(error), "check GITHUB_TOKEN, and GITHUB_API_URL for which it must be made")
        return
    yield _token(token)
    yield from map(_limit, limits)
    yield from _repositories(load, {limit.resource: limit for limit in limits}.get("graphql"))


def _token(token: probe.Token) -> Check:
    whose = f"accepted, of {token.login}" if token.login else "accepted, of an app"
    details = {"login": token.login, "scopes": None if token.scopes is None else sorted(token.scopes)}
    if token.scopes is None:
        message = f"{whose}; fine-grained tokens and apps tell no scopes, what they are shown stands below"
        return Check("token", "ok", message, details=details)
    if missing := token.missing_scopes:
        # Without these two GitHub refuses whole queries.
        status: Status = "fail" if missing & {"read:user", "read:org"} else "warn"
        return Check("token", status, f"{whose}; lacks {_listed(missing)}", "add these scopes to it", details=details)
    return Check("token", "ok", f"{whose}; scopes {_listed(token.scopes)}", details=details)


def _limit(limit: probe.RateLimit) -> Check:
    unit, api = ("points", "GraphQL") if limit.resource == "graphql" else ("requests", "REST")
    message = f"{limit.remaining:,} of {limit.limit:,} {unit} left until {limit.resets_at:%H:%M} UTC"
    status: Status = "ok" if limit.remaining > limit.limit / 10 else "warn"
    advice = None if status == "ok" else "a refresh that spends the rest waits for more, up to github.max_wait_minutes"
    return Check(f"{api} limit", status, message, advice, details=asdict(limit))


def _repositories(load: GithubLoad, limit: probe.RateLimit | None) -> Iterator[Check]:
    try:
        named = [*load.repositories, *load.organization_repositories()]
    except SourceError as error:
        yield Check("organizations", "fail", str(error))
        named = load.repositories
    for login, reason in load.failures.items():
        yield Check(login, "fail", reason, "check its login in community.toml")
    points = 0
    for name in {name.lower(): name for name in named}.values():
        try:
            found = probe.repository(load, name)
        except RefusedError as error:
            yield Check(name, "fail", str(error), "check its name in community.toml, and what the token may see")
        except SourceError as error:
            yield Check(name, "fail", str(error))
        else:
            points += found.points
            yield _repository(found)
    if points:
        yield _first_load(points, limit)


def _repository(found: probe.Yield) -> Check:
    contributors = (
        "contributors that GitHub does not count"
        if found.contributors is None
        else (f"{found.contributors:,} contributors")
    )
    watchers = "watchers that GitHub does not count" if found.watchers is None else f"{found.watchers:,} watchers"
    message = (
        f"{found.stars:,} stars{_if_hidden(found.star_tier == 'listed')}, "
        f"{watchers}{_if_hidden(found.watchers_listed)}, {found.forks:,} forks, "
        f"{found.issues:,} issues, {found.pull_requests:,} pull requests, {found.discussions:,} discussions, "
        f"{contributors}; tier {found.star_tier}; about {found.points:,} points"
    )
    advice = _TIERS[found.star_tier] or (None if found.watchers_listed else _TOKEN_OF_A_COLLABORATOR)
    if advice and found.star_refusal:
        advice = f"{advice} (GitHub says: {found.star_refusal})"
    status: Status = "ok" if found.star_tier == "listed" and found.watchers_listed else "warn"
    details = {**asdict(found), "points": found.points}
    return Check(found.name, status, message, advice, details=details)


def _if_hidden(listed: bool) -> str:
    return "" if listed else " (not listed to this token)"


def _first_load(points: int, limit: probe.RateLimit | None) -> Check:
    message, details = f"about {points:,} points for lists and base profiles", {"points": points}
    if limit and points > limit.remaining:
        left = f"{message}, {limit.remaining:,} are left until {limit.resets_at:%H:%M} UTC"
        advice = "it waits for more, as long as github.max_wait_minutes allows; the next one goes on, and costs less"
        return Check("first load", "warn", left, advice, details=details)
    return Check("first load", "ok", message, details=details)


def _last_load(paths: Paths) -> Check:
    try:
        at = raw.last_complete_at(paths, "github")
    except duckdb.Error as error:
        return Check("last load", "fail", f"{paths.raw('github')} cannot be read: {error}", "restore it from a backup")
    if at is None:
        return Check("last load", "warn", "no load was complete yet", "run heroes refresh")
    age = datetime.now(UTC) - at
    message = f"complete {age.days} days ago, {at:%Y-%m-%d %H:%M} UTC"
    old = age > timedelta(days=dbt_variables()["stale_after_days"])
    return Check("last load", "warn" if old else "ok", message, "run heroes refresh" if old else None)


def _published(paths: Paths) -> Check:
    if not paths.community.exists():
        return Check("published file", "warn", f"{paths.community} is not there yet", "run heroes refresh")
    try:
        marts = mart_names(paths)
    except PublishedFileError as error:
        return Check("published file", "fail", str(error), "close what writes to it, or run heroes refresh")
    written = datetime.fromtimestamp(paths.community.stat().st_mtime, UTC)
    return Check("published file", "ok", f"{paths.community}: {len(marts)} marts of {written:%Y-%m-%d %H:%M} UTC")


def _listed(scopes: frozenset[str]) -> str:
    return ", ".join(sorted(scopes)) or "none"
