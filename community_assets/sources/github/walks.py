"""Walks: the lists of a repository, newest first, each until it has joined the walk before it.

What belongs here: which lists there are, their cursors and watermarks. What a page becomes is said in `rows.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import dlt
import pyarrow as pa

from community_assets.sources.github import rows, schemas

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

Node = dict[str, Any]


@dataclass(frozen=True)
class Connection:
    """A list of a repository in GitHub's GraphQL API.

    Attributes:
        field: its name there.
        query: document that asks for a page of it.
        rows: the rows that one of its records is.
        schema: of these rows.
        moment: the time by which GitHub orders it, newest first; null where it has no order and is walked whole.
    """

    field: str
    query: str
    rows: Callable[[Node], Iterator[Node]]
    schema: pa.Schema
    moment: str | None = None


STARGAZERS = Connection("stargazers", "stargazers", rows.stargazers, schemas.STARGAZERS, "starredAt")
WATCHERS = Connection("watchers", "watchers", rows.watchers, schemas.WATCHERS)
FORKS = Connection("forks", "forks", rows.forks, schemas.FORKS, "createdAt")
THREADS = [
    Connection("issues", "issues", rows.activities, schemas.ACTIVITIES, "updatedAt"),
    Connection("pullRequests", "pull_requests", rows.activities, schemas.ACTIVITIES, "updatedAt"),
    Connection("discussions", "discussions", rows.activities, schemas.ACTIVITIES, "updatedAt"),
]
# Since July 2026 GitHub shows these to a repository's admins and collaborators only.
FOR_COLLABORATORS = (STARGAZERS, WATCHERS)
_REPLY_QUERIES = {"comments": "thread_comments", "reviews": "thread_reviews"}


def walk(load: "GithubLoad", *connections: Connection) -> Iterator[pa.Table]:
    """Walk lists of each repository until the walk of this load has joined the previous one.

    At most as many pages as a chunk may have; `load.finished` tells when nothing is left.
    """
    walks = dlt.current.resource_state().setdefault("walks", {})
    for connection in connections:
        for name in load.repositories:
            state = walks.setdefault(f"{connection.field} of {name.lower()}", {})
            while (connection.field, name) not in load.finished and name not in load.failures:
                if load.pages_left <= 0:
                    return
                yield from _page(load, connection, name, state)
        load.finished.add((connection.field, ""))


def _page(load: "GithubLoad", connection: Connection, name: str, state: Node) -> Iterator[pa.Table]:
    """Fetch one page and move the cursor; the watermark moves only when the walk joins the previous one.

    `state` is dlt's and is stored together with the page: `watermark` (the time below which everything is known)
    and, while a walk is under way, its `walk_id`, the `head` (its newest time), the `cursor` of its next page, and
    whether it left a `hole`: replies that GitHub did not show this time, for which the next walk comes back.
    """
    load.pages_left -= 1
    walk_id = state.setdefault("walk_id", load.walk_id)
    repository = load.ask_repository(connection.query, name, connection.field, cursor=state.get("cursor"))
    if name in load.failures:
        return
    if repository is None or (page := repository[connection.field]) is None:
        is_first = state.pop("cursor", None) is None
        # A refused cursor is forgotten and the walk begins again, but once only: the page itself may be what fails.
        if is_first or (connection.field, name) in load.begun_again:
            load.note_refusal(connection, name, whole=is_first)
            load.finished.add((connection.field, name))
        load.begun_again.add((connection.field, name))
        _end(state)
        return
    if load.client.refused:
        load.note_refusal(connection, name, whole=False)
    records = [record for record in page.get("edges") or page.get("nodes") or () if record and record.get("node", 1)]
    for thread in records if connection in THREADS else ():
        if not _complete(load, thread, state.get("watermark")):
            state["hole"] = True
    if _move(state, connection, records, page["pageInfo"]) and walk_id == load.walk_id:
        load.finished.add((connection.field, name))  # an older walk only closed the hole behind its head
    observation = {"repository_id": repository["id"], **load.observation(), "walk_id": walk_id}
    found = [{**row, **observation} for record in records for row in connection.rows(record)]
    yield load.batch(found, connection.schema)
    load.edges += len(found)
    load.report(f"{connection.query.replace('_', ' ')} of {name}")


def _move(state: Node, connection: Connection, records: list[Node], page_info: Node) -> bool:
    """Move the cursor to the next page; whether the walk has come to its end instead."""
    times = [record[connection.moment] for record in records] if connection.moment else []
    watermark = state.get("watermark")
    state["head"] = state.get("head") or max(times, default=None)
    if page_info["hasNextPage"] and not (watermark and times and min(times) < watermark):
        state["cursor"] = page_info["endCursor"]
        return False
    if not state.get("hole"):
        state["watermark"] = state["head"] or watermark
    _end(state)
    return True


def _end(state: Node) -> None:
    for key in ("walk_id", "head", "cursor", "hole"):
        state.pop(key, None)


def _complete(load: "GithubLoad", thread: Node, watermark: str | None) -> bool:
    """Fetch the replies of a thread that did not fit on its page, newest first, until the watermark.

    Returns:
        Whether all of them were shown.
    """
    for field, query in _REPLY_QUERIES.items():
        if field not in thread:
            continue
        page = thread[field]
        while page and page["pageInfo"]["hasPreviousPage"] and not _is_older(page, watermark):
            load.pages_left -= 1
            node = load.client.query(query, id=thread["id"], cursor=page["pageInfo"]["startCursor"])["node"]
            page = (node or {}).get(field)
            if page:
                thread[field]["nodes"] += page["nodes"]
        if page is None:
            load.failures[f"{field} of a thread"] = "; ".join(load.client.refused.values()) or "the thread is gone"
            return False
    return True


def _is_older(page: Node, watermark: str | None) -> bool:
    """Whether the oldest reply of a page was made before everything was last known."""
    return bool(watermark) and any(node and node["createdAt"] < watermark for node in page["nodes"])
