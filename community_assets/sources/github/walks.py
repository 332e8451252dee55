"""Walks: the lists of a repository, newest first, each until it has joined the walk before it.

What belongs here: which lists there are, their cursors and watermarks, and when a list is walked whole. What a page
becomes is said in `rows.py`.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from community_assets.sources.github import rows, schemas
from community_assets.sources.github.client import Answer, RefusedError, TransientError

if TYPE_CHECKING:
    from community_assets.sources.github.repositories import Repository
    from community_assets.sources.github.source import GithubLoad

Node = dict[str, Any]

# A whole walk that found less of what GitHub counts than this says nothing of who has left.
_TRUSTED_SHARE = 0.9
# GitHub's lists follow what happens with some delay; who was here just now is looked for once more.
_SETTLED_AFTER = timedelta(minutes=1)
_LARGER_AFTER = 3


@dataclass(frozen=True)
class Connection:
    """A list of a repository in GitHub's GraphQL API.

    Attributes:
        field: its name there.
        query: document that asks for a page of it.
        rows: the rows that one of its records is.
        schema: of these rows.
        moment: the time by which GitHub orders it, newest first; null where it has no order and is walked whole.
        page: records on a page, at most.
        is_left: whether people leave it without a trace, so that it must be walked whole now and then.
    """

    field: str
    query: str
    rows: Callable[[Node], Iterator[Node]]
    schema: pa.Schema
    moment: str | None = None
    page: int = 100
    is_left: bool = True


STARGAZERS = Connection("stargazers", "stargazers", rows.stargazers, schemas.STARGAZERS, "starredAt")
WATCHERS = Connection("watchers", "watchers", rows.watchers, schemas.WATCHERS)
FORKS = Connection("forks", "forks", rows.forks, schemas.FORKS, "createdAt")
# 50 threads with their replies risk the ten seconds that GitHub takes for a query.
THREADS = [
    Connection("issues", "issues", rows.activities, schemas.ACTIVITIES, "updatedAt", 25, False),
    Connection("pullRequests", "pull_requests", rows.activities, schemas.ACTIVITIES, "updatedAt", 25, False),
    Connection("discussions", "discussions", rows.activities, schemas.ACTIVITIES, "updatedAt", 25, False),
]
# Since July 2026 GitHub shows these to a repository's admins and collaborators only.
FOR_COLLABORATORS = (STARGAZERS, WATCHERS)
_REPLY_QUERIES = {"comments": "thread_comments", "reviews": "thread_reviews"}


class Size:
    """How much is asked for at once: half when that was too much, twice as much when it went well some times."""

    def __init__(self, most: int) -> None:
        self._most = self.now = most
        self._went_well = 0

    def was_too_much(self, asked: int) -> None:
        """Ask for less than that from now on."""
        self.now, self._went_well = max(1, min(self.now, asked // 2)), 0

    def went_well(self) -> None:
        """Ask for more when it did a few times."""
        self._went_well += 1
        if self._went_well >= _LARGER_AFTER:
            self.now, self._went_well = min(self._most, self.now * 2), 0

    def fit(self, ask: Callable[[int, bool], Answer]) -> Answer:
        """Ask for less and less until GitHub answers; of one record, what it shows.

        Args:
            ask: given how much, and whether less can be asked for.

        Raises:
            TransientError: it does not answer even for one.
        """
        while True:
            asked = self.now
            try:
                answer = ask(asked, asked > 1)
            except TransientError as error:
                if asked > 1:
                    self.was_too_much(asked)
                elif error.answer:
                    return error.answer
                else:
                    raise
            else:
                self.went_well()
                return answer


def walk(connection: Connection, load: "GithubLoad", repository: "Repository", state: Node) -> Iterator[pa.Table]:
    """Walk one list until the walk of this load has joined the previous one, or the chunk is full.

    `state` is dlt's and is stored together with the pages: `watermark` (the time below which everything is known),
    `count` (how many GitHub counted by then), `whole_at` (when it was last walked whole), `is_whole_due`, `stuck_at` (a
    cursor whose page GitHub failed to show); and while a walk is under way, what `_begin` says.

    Raises:
        BudgetSpentError: the load may spend no more.
        SourceError: GitHub cannot be used now.
    """
    part = f"{connection.field} of {repository.name}"
    if (reason := repository.refused.get(connection.field)) is not None:
        load.note_refusal(connection, part, reason, is_whole=True)
    elif "walk_id" in state or not _is_settled(load, connection, repository, state):
        size = Size(connection.page)
        while load.take_page():
            ask = _replies if state.get("replies") else _page
            found = ask(load, connection, repository, state, size)
            if found is None:
                break
            yield load.batch(found, connection.schema)
            load.count_edges(len(found))
            load.report(f"{connection.query.replace('_', ' ')} of {repository.name}")
            if state["is_at_end"] and not state.get("replies") and _end(load, connection, repository, state):
                break
        else:
            return
    load.finish(connection.field, repository.name)


def _is_settled(load: "GithubLoad", connection: Connection, repository: "Repository", state: Node) -> bool:
    """Whether the newest record and the number of all are what they were when the list was last walked."""
    head, count = repository.head(connection)
    if not count and not state.get("count"):
        return True
    watermark = state.get("watermark")
    if head is None and connection.is_left:  # the newest of them has no account any more
        head = watermark
    if "count" not in state or state.get("is_whole_due") or (head, count) != (watermark, state["count"]):
        return False
    if connection.is_left:
        return not _is_long_ago(load, state)
    return not head or load.now() - datetime.fromisoformat(head) > _SETTLED_AFTER


def _is_long_ago(load: "GithubLoad", state: Node) -> bool:
    whole_at = state.get("whole_at")
    return not whole_at or load.now() - datetime.fromisoformat(whole_at) > load.whole_walk_after


def _begin(load: "GithubLoad", connection: Connection, repository: "Repository", state: Node) -> None:
    """Begin a walk: its id and time, whether it is whole, and what it has seen so far.

    `records` are all, `new` those above the watermark, `nobody` those whose account is gone. Later come `head` (the
    newest time), `live` (how many GitHub counts), `cursor` of the next page, `replies` (threads with more replies than
    fit on their page: id, type, list, cursor) and `hole`: that GitHub did not show some of them.
    """
    _, count = repository.head(connection)
    is_whole = "watermark" not in state or connection.moment is None
    if connection.is_left and not is_whole:
        is_whole = bool(state.get("is_whole_due")) or _is_long_ago(load, state) or count < state.get("count", 0)
    state |= {"walk_id": load.walk_id, "started_at": load.now().isoformat(), "is_whole": is_whole, "is_at_end": False}
    state |= {"records": 0, "new": 0, "nobody": 0, "replies": []}


def _page(
    load: "GithubLoad", connection: Connection, repository: "Repository", state: Node, size: Size
) -> list[Node] | None:
    """Fetch one page and move the cursor; its rows, or null where GitHub shows no page."""
    if "cursor" not in state:  # a walk that was stopped before its first page begins anew
        _begin(load, connection, repository, state)
    page = _ask(load, connection, repository, state, size)
    if page is None:
        return None
    listed = page.get("edges", page.get("nodes")) or []
    records = [record for record in listed if record and record.get("node", 1)]
    state["live"] = state.get("live", page["totalCount"])
    state["records"] += len(listed)
    state["nobody"] += len(listed) - len(records)
    times = [record[connection.moment] for record in listed if record] if connection.moment else []
    state["head"] = state.get("head") or max(times, default=None)
    watermark = None if state["is_whole"] else state.get("watermark")
    state["new"] += sum(watermark is None or time > watermark for time in times)
    state["is_at_end"] = not page["pageInfo"]["hasNextPage"] or bool(watermark and times and min(times) < watermark)
    state["cursor"] = page["pageInfo"]["endCursor"]
    for thread in records if connection in THREADS else ():
        for field in _REPLY_QUERIES:
            _note_replies(state, thread["id"], thread["__typename"], field, thread.get(field))
    return _observed(load, connection, repository, state, records)


def _replies(
    load: "GithubLoad", connection: Connection, repository: "Repository", state: Node, _size: Size
) -> list[Node]:
    """Fetch a page of the replies of a thread that did not fit on its own, newest first; their rows."""
    thread_id, kind, field, cursor = state["replies"][0]
    part = f"{field} of {connection.field} of {repository.name}"

    def ask(last: int, may_shrink: bool) -> Answer:
        return load.client.query(_REPLY_QUERIES[field], may_shrink, id=thread_id, size=last, cursor=cursor)

    try:
        answer = Size(100).fit(ask)
    except (RefusedError, TransientError) as error:
        page, reasons = None, str(error)
    else:
        page, reasons = (answer.data["node"] or {}).get(field), answer.reasons or "the thread is gone"
    del state["replies"][0]
    if page is None:
        load.failures[part] = reasons
        state["hole"] = True
        return []
    _note_replies(state, thread_id, kind, field, page)
    thread = {"__typename": kind, "id": thread_id, "author": None, field: page}
    return _observed(load, connection, repository, state, [thread])


def _note_replies(state: Node, thread_id: str, kind: str, field: str, page: Node | None) -> None:
    """Note that a thread has more replies, unless those were made before everything was last known."""
    watermark = state.get("watermark")
    if not page or not page["pageInfo"]["hasPreviousPage"]:
        return
    if not (watermark and any(node and node["createdAt"] < watermark for node in page["nodes"])):
        state["replies"].append([thread_id, kind, field, page["pageInfo"]["startCursor"]])


def _observed(
    load: "GithubLoad", connection: Connection, repository: "Repository", state: Node, records: list[Node]
) -> list[Node]:
    observation = {"repository_id": repository.id, **load.observation(), "walk_id": state["walk_id"]}
    return [{**row, **observation} for record in records for row in connection.rows(record)]


def _ask(load: "GithubLoad", connection: Connection, repository: "Repository", state: Node, size: Size) -> Node | None:
    """The next page; null when GitHub does not show it, which is noted."""
    part, cursor = f"{connection.field} of {repository.name}", state.get("cursor")
    try:
        answer = size.fit(
            lambda first, may_shrink: load.client.query(
                connection.query, may_shrink, **repository.variables, size=first, cursor=cursor
            )
        )
    except (RefusedError, TransientError) as error:
        # One load after the other may fail at this page; what is new lies above it.
        is_stuck = bool(cursor) and state.get("stuck_at") == cursor
        state["stuck_at"] = cursor
        if is_stuck and _begin_again(load, connection, repository, state):
            return _ask(load, connection, repository, state, size)
        load.note_refusal(connection, part, str(error), is_whole=False)
        return None
    shown = answer.data["repository"]
    page: Node | None = shown and shown[connection.field]
    if page is None:
        if cursor and _begin_again(load, connection, repository, state):
            return _ask(load, connection, repository, state, size)
        load.note_refusal(connection, part, answer.reasons, is_whole=cursor is None)
        return None
    if answer.refused:
        load.note_refusal(connection, part, answer.reasons, is_whole=False)
    if answer.is_broken:
        state["hole"] = True
    is_empty = not page.get("edges", page.get("nodes"))
    if is_empty and not cursor and _is_hidden(connection, repository, page["totalCount"]):
        load.note_refusal(connection, part, "GitHub shows an empty list", is_whole=True)
        return None
    return page


def _begin_again(load: "GithubLoad", connection: Connection, repository: "Repository", state: Node) -> bool:
    """Forget a cursor that leads nowhere, but once in a load only: the page itself may be what fails."""
    this = (connection.field, repository.name)
    if this in load.begun_again:
        return False
    load.begun_again.add(this)
    _forget_walk(state)
    _begin(load, connection, repository, state)
    return True


def _is_hidden(connection: Connection, repository: "Repository", count: int) -> bool:
    """Whether a list that comes empty is rather one that GitHub does not show."""
    if connection is STARGAZERS:
        return bool(repository.node["stargazerCount"])
    return bool(count) or connection in FOR_COLLABORATORS


def _end(load: "GithubLoad", connection: Connection, repository: "Repository", state: Node) -> bool:
    """Move the watermark, which only a walk that saw everything above it may; whether this load is done with the list.

    Somebody has left the list if GitHub counts fewer than those who are known.
    """
    live, is_whole, walk_id, hole = state["live"], state["is_whole"], state["walk_id"], state.get("hole")
    if state["nobody"]:
        load.notes[f"{connection.field} of {repository.name}"] = f"{state['nobody']:,} of them have no account any more"
    if not hole:
        state["watermark"] = state["head"] or state.get("watermark")
        state["is_whole_due"] = connection.is_left and not is_whole and state["count"] + state["new"] != live
        state["count"] = live
        if is_whole:
            state["whole_at"] = state["started_at"]
    load.completed_walks.append(
        {
            "repository_id": repository.id,
            "list": connection.field,
            "is_whole": is_whole and not hole and 0 < live * _TRUSTED_SHARE <= state["records"],
            "records": state["records"],
            "live_count": live,
            "started_at": state["started_at"],
            **load.observation(),
            "walk_id": walk_id,
        }
    )
    state.pop("stuck_at", None)
    _forget_walk(state)
    # An older walk only closed the hole behind its head, and one that missed somebody is followed by a whole one.
    return bool(walk_id == load.walk_id and (hole or not state["is_whole_due"]))


def _forget_walk(state: Node) -> None:
    of_walk = ("walk_id", "started_at", "is_whole", "is_at_end", "records", "new", "nobody", "replies")
    for key in (*of_walk, "head", "cursor", "live", "hole"):
        state.pop(key, None)
