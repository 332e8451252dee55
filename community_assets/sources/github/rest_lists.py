"""Lists that the REST API alone has: contributors; and, where stargazers are not listed, their events and weeks.

What belongs here: which pages are asked for, and which are not because nothing has changed. What a page becomes is said
in `rows.py`. Each function is given its own part of dlt's state, which is stored together with its rows.
"""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from community_assets.sources.github import rows, schemas
from community_assets.sources.github.client import Page, RefusedError, TransientError
from community_assets.sources.github.repositories import Repository, Tier

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

Node = dict[str, Any]
_PER_PAGE = 100
_ACTORS_PER_QUERY = 100
# GitHub keeps 300 events of the last 30 days, and shows some of them late.
_EVENTS_KEPT, _LATE = 300, timedelta(hours=6)
_HISTORY_PER_PAGE = 30
_TOO_LARGE = "too large"


def contributors(load: "GithubLoad", repository: Repository, state: Node) -> Iterator[pa.Table]:
    """Who has commits in a repository, unless every page is what it was: that GitHub tells for free."""
    part = f"contributors of {repository.name}"
    fresh: dict[str, str] = {}
    nodes: list[Node] = []
    try:
        if load.client.changed(state.get("etags", {})):
            for page in load.client.pages(f"{repository.path}/contributors", anon=1, per_page=_PER_PAGE):
                nodes += page.records or []
                fresh[page.url] = page.etag or ""
            found = [{**row, **_observation(load, repository)} for row in rows.contributors(nodes)]
            yield load.batch(found, schemas.CONTRIBUTORS)
            load.count_edges(len(found))
            # A last page that is full does not change when somebody comes after it.
            state["etags"] = fresh if all(fresh.values()) and len(nodes) % _PER_PAGE else {}
            load.report(part)
    except (RefusedError, TransientError) as error:
        (load.notes if _TOO_LARGE in str(error) else load.failures)[part] = str(error)
    load.finish("contributors", repository.name)


def star_tier(load: "GithubLoad", repository: Repository, state: Node) -> Tier:
    """How far GitHub shows who starred a repository: it is asked for events where it refuses the list.

    GitHub says how long to wait between two looks at the events; until then it is not asked.
    """
    if "stargazers" not in repository.refused:
        return "listed"
    if load.clock.now() >= state.get("poll_after", 0):
        url = f"{load.api_url}{repository.path}/events?per_page={_PER_PAGE}"
        try:
            repository.events = load.client.page(url, state.get("etag"))
        except RefusedError:
            return "counts"
        except TransientError as error:
            load.failures[f"events of {repository.name}"] = str(error)
    return "events"


def star_events(load: "GithubLoad", repository: Repository, state: Node) -> Iterator[pa.Table]:
    """Stars of the newest public events of a repository that were not among them before.

    `state` keeps `newest_at` (the time of the newest event), `seen` (the stars of some hours up to then), `etag`,
    `poll_after` and `is_polled`: whether there is anything to look for between two whole loads.
    """
    page = repository.events
    state["is_polled"] = repository.tier == "events"
    if page is not None:
        try:
            events = _newest_events(load, repository, page, state) if page.records else []
            stars = [event for event in events if event["type"] == "WatchEvent"]
            new = [event for event in stars if event["id"] not in state.get("seen", ())]
            found = list(_with_node_ids(load, new))
        except (RefusedError, TransientError) as error:
            load.failures[f"events of {repository.name}"] = str(error)
        else:
            yield load.batch([{**row, **_observation(load, repository)} for row in found], schemas.STAR_EVENTS)
            load.count_edges(len(found))
            if events:
                state |= {"newest_at": events[0]["created_at"], "seen": [event["id"] for event in stars]}
            state["etag"] = page.etag or state.get("etag")
            poll_seconds = page.headers.get("x-poll-interval", "")
            state["poll_after"] = load.clock.now() + (int(poll_seconds) if poll_seconds.isdigit() else 60)
    load.finish("star_events", repository.name)


def _newest_events(load: "GithubLoad", repository: Repository, first: Page, state: Node) -> list[Node]:
    """Events from a page on, newest first, back to some hours before the newest one that is known."""
    newest = datetime.fromisoformat(state["newest_at"]) if "newest_at" in state else None
    events: list[Node] = []
    page: Page | None = first
    while page is not None:
        events += page.records or ()
        if newest and events and _happened_at(events[-1]) < newest - _LATE:
            return [event for event in events if _happened_at(event) >= newest - _LATE]
        try:
            page = load.client.page(page.next_url) if page.next_url else None
        except RefusedError:  # GitHub may refuse the page behind those that it keeps
            page = None
    if newest and len(events) >= _EVENTS_KEPT and _happened_at(events[-1]) > newest:
        load.notes[f"events of {repository.name}"] = "more happened than GitHub keeps; look more often"
    return events


def _happened_at(event: Node) -> datetime:
    return datetime.fromisoformat(event["created_at"])


def _with_node_ids(load: "GithubLoad", stars: list[Node]) -> Iterator[Node]:
    """Rows of stars; who is nobody any more has none. Events tell login and number, where all else knows node ids."""
    for start in range(0, len(stars), _ACTORS_PER_QUERY):
        some = stars[start : start + _ACTORS_PER_QUERY]
        users = [
            f"u{n}: user(login: {json.dumps(event['actor']['login'])}) {{ id databaseId }}"
            for n, event in enumerate(some)
        ]
        answer = load.client.ask(
            f"query StarEventActors {{ {' '.join(users)} rateLimit {{ cost remaining resetAt }} }}"
        )
        for n, event in enumerate(some):
            actor, user = event["actor"], answer.data[f"u{n}"]
            # A login may have changed hands since.
            known = user["id"] if user and user["databaseId"] == actor["id"] else _node_id(load, actor["id"])
            if known:
                yield rows.star_event(event, known)


def _node_id(load: "GithubLoad", database_id: int) -> str | None:
    try:
        account, _ = load.client.get(f"/user/{database_id}")
    except RefusedError:
        return None
    return str(account["node_id"])


def star_history(load: "GithubLoad", repository: Repository, state: Node) -> Iterator[pa.Table]:
    """How many stars were given in which week: all weeks, then the newest two pages, and all again now and then."""
    part = f"star history of {repository.name}"
    if repository.tier != "listed":
        whole_at = state.get("whole_at")
        is_whole = not whole_at or load.now() - datetime.fromisoformat(whole_at) > load.whole_walk_after
        try:
            weeks = _weeks(load, repository, state, is_whole)
        except (RefusedError, TransientError) as error:
            load.notes[part] = str(error)
        else:
            found = [{**rows.star_week(week), **_observation(load, repository)} for week in weeks]
            yield load.batch(found, schemas.STAR_HISTORY)
            if is_whole:
                state["whole_at"] = load.now().isoformat()
    load.finish("star_history", repository.name)


def _weeks(load: "GithubLoad", repository: Repository, state: Node, is_whole: bool) -> list[Node]:
    weeks: list[Node] = []
    etags: dict[str, str] = {}
    if not is_whole and not load.client.changed(state.get("etags", {})):
        return weeks
    pages = load.client.pages(f"{repository.path}/stargazers/history", per_page=_HISTORY_PER_PAGE)
    for number, page in enumerate(pages, start=1):
        weeks += page.records or []
        if number <= 2:
            etags[page.url] = page.etag or ""
        if number == 2 and not is_whole:
            break
    state["etags"] = etags if all(etags.values()) else {}
    return weeks


def _observation(load: "GithubLoad", repository: Repository) -> Node:
    return {"repository_id": repository.id, **load.observation()}
