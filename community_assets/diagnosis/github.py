"""What `heroes doctor` asks of GitHub: whether the token is accepted, what is left of its limits, what it is shown."""

from collections.abc import Iterator
from dataclasses import asdict

from community_assets.diagnosis.check import Check, Status
from community_assets.settings import ConfigurationError, GithubEnvironment, Settings
from community_assets.sources.github import GithubLoad, probe
from community_assets.sources.github.client import RefusedError
from community_assets.sources.load import SourceError, UnavailableError

_TOKEN_OF_A_COLLABORATOR = (
    "since July 2026 GitHub lists stargazers and watchers to admins and collaborators of a repository: a classic token "
    "of one of them, with the scope public_repo, would list all"
)
_TIERS = {
    "listed": None,
    "events": f"stars are seen only from now on, as they happen; {_TOKEN_OF_A_COLLABORATOR}",
    "counts": f"stars are counted by week, nobody's name is seen; {_TOKEN_OF_A_COLLABORATOR}",
}


def diagnose(settings: Settings) -> Iterator[Check]:
    """Look at token, API, limits and repositories."""
    try:
        environment = settings.github.environment()
    except ConfigurationError as error:
        advice = f"make a classic token with the scopes {_listed(probe.SCOPES)} and set GITHUB_TOKEN to it"
        yield Check("token", "fail", str(error), advice, is_setting=True)
    else:
        yield from _api(settings, environment)


def _api(settings: Settings, environment: GithubEnvironment) -> Iterator[Check]:
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


def _listed(scopes: frozenset[str]) -> str:
    return ", ".join(sorted(scopes)) or "none"
