"""Profiles: each person once, whatever they do; the base profile of everybody, deep ones of some.

What belongs here: who is due, and the batches. What a profile becomes is said in `rows.py`.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

import dlt
import pyarrow as pa
from dlt import Pipeline

from community_assets.sources.github import rows, schemas
from community_assets.sources.github.client import BudgetSpentError, TransientError
from community_assets.sources.github.walks import Size
from community_assets.sources.load import SourceError

if TYPE_CHECKING:
    from community_assets.sources.github.source import GithubLoad

# GitHub charges 1 point for 100 fetched connections, rounded: 37 profiles of four connections are 1.49.
PROFILES_PER_QUERY = 37
DEEP_PROFILES_PER_QUERY = 11
_PROFILES_PER_TABLE = 500
# So many times as many batches are sent as are under way at once: threads go on while dlt commits a chunk.
_AHEAD = 4
EDGES = ("stargazers", "star_events", "watchers", "forks", "activities", "contributors")
_DEEDS = [
    ("stargazers", "star", "repository_id"),
    ("star_events", "star", "repository_id"),
    ("watchers", "watch", "repository_id"),
    ("forks", "fork", "fork_id"),
    ("activities", "activity", "activity_id"),
    ("contributors", "contribution", "repository_id"),
]

Shown = list[tuple[str, dict[str, Any] | None]]


def base_profiles(load: "GithubLoad") -> Iterator[pa.Table]:
    """Fetch the base profiles of people who are unknown or stale, at most one chunk of batches."""
    poison = _poison(load, "profiles")
    if load.profiles is None:
        due = [user_id for user_id in _people_due(dlt.current.pipeline(), load) if user_id not in poison]
        load.profiles = Batches(load, "profiles", due, PROFILES_PER_QUERY)
    batches = load.profiles
    for shown in _several(islice(batches.answers, load.pages_per_chunk)):
        load.people += len(shown)
        observation = load.observation()
        yield load.batch([rows.user(i, node, observation) for i, node in shown], schemas.USERS)
        load.report("profiles")
    poison |= dict.fromkeys(batches.poison, load.now().isoformat())
    if batches.is_stopped:
        load.left["profiles"] = f"{len(batches.left):,}"
    if batches.is_over:
        load.finished.add(("users", ""))


def deep_profiles(load: "GithubLoad") -> Iterator[pa.Table]:
    """Fetch the deep profiles of heroes and of the sample that are unknown or stale, within their own budget."""
    due = dict(_deep_profiles_due(dlt.current.pipeline(), load))
    poison = _poison(load, "deep profiles")
    ids = [user_id for user_id in due if user_id not in load.deep_asked and user_id not in poison]
    chunk = min(load.deep_profile_points - load.deep_points, load.pages_per_chunk)
    batches = Batches(load, "deep_profiles", ids[: chunk * DEEP_PROFILES_PER_QUERY], DEEP_PROFILES_PER_QUERY, chunk)
    for shown in _several(batches.answers):
        observation = load.observation()
        found = [rows.deep_profile(node, due[i], observation) for i, node in shown if node]
        yield load.batch(found, schemas.DEEP_PROFILES)
        load.report("deep profiles")
    poison |= dict.fromkeys(batches.poison, load.now().isoformat())
    load.deep_points += batches.sent
    load.deep_asked.update(set(ids[: chunk * DEEP_PROFILES_PER_QUERY]) - batches.left)
    left = len(ids) - batches.done
    if batches.is_stopped or load.deep_points >= load.deep_profile_points or left <= 0:
        load.finished.add(("deep_profiles", ""))
        if left > 0:
            load.logger.info("deep profiles: %s wait for the next load", f"{left:,}")
        if batches.is_stopped and left > 0:
            load.left["deep profiles"] = f"{left:,}"


def _several(batches: Iterator[Shown]) -> Iterator[Shown]:
    """Some batches as one, since dlt looks at each table anew."""
    some: Shown = []
    for shown in batches:
        some += shown
        if len(some) >= _PROFILES_PER_TABLE:
            yield some
            some = []
    if some:
        yield some


def _poison(load: "GithubLoad", what: str) -> dict[str, str]:
    """Accounts that GitHub failed to show, and when; they are tried again when a profile would be stale."""
    poison: dict[str, str] = dlt.current.resource_state().setdefault("poison", {})
    for user_id in [i for i, noted_at in poison.items() if datetime.fromisoformat(noted_at) < load.stale_before]:
        del poison[user_id]
    if poison:
        load.notes[what] = f"{len(poison):,} that GitHub failed to show are not asked for again yet"
    return poison


class Batches:
    """Accounts asked for by their ids, many batches at once; a batch that is too much is asked for in halves.

    A null node is an account that is gone; one that GitHub refuses to show is left out and noted, and one of which it
    refuses a part comes without. It ends early, and the load fails, when GitHub cannot be used any more.

    Args:
        load: whose client and threads are used.
        query: its document.
        ids: of the accounts.
        most: accounts in a batch.
        budget: batches that may be asked for; null for any number.

    Attributes:
        answers: ids and nodes, batch by batch as they are answered.
        done: accounts that were answered for, or given up.
        sent: batches asked for.
        poison: accounts that GitHub fails to show even alone.
        is_stopped: whether it ended before all was asked for.
    """

    def __init__(
        self, load: "GithubLoad", query: str, ids: Sequence[str], most: int, budget: int | None = None
    ) -> None:
        self._load, self._query, self._budget = load, query, budget
        self._waiting, self._halves, self._size = deque(ids), deque[list[str]](), Size(most)
        self._under_way: dict[Future[Shown], list[str]] = {}
        self.answers = self._fetch()
        self.done = self.sent = 0
        self.poison: list[str] = []
        self.is_stopped = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will be answered."""
        return not self._under_way and (self.is_stopped or not self.left)

    @property
    def left(self) -> set[str]:
        """Accounts that were not asked for when the budget or GitHub put an end to it."""
        return {*self._waiting, *(user_id for half in self._halves for user_id in half)}

    def _fetch(self) -> Iterator[Shown]:
        self._send()
        while self._under_way:
            finished, _ = wait(self._under_way, return_when=FIRST_COMPLETED)
            for future in finished:
                yield from self._answered(future, self._under_way.pop(future))
            self._send()

    def _send(self) -> None:
        while len(self._under_way) < _AHEAD * self._load.at_once and (ids := self._next()):
            self._under_way[self._load.pool.submit(self._ask, ids)] = ids
            self.sent += 1

    def _recall(self) -> None:
        """Take back the batches that no thread has begun to ask for."""
        for future in [future for future in self._under_way if future.cancel()]:
            self._waiting.extendleft(reversed(self._under_way.pop(future)))
            self.sent -= 1

    def _next(self) -> list[str]:
        if self.is_stopped or (self._budget is not None and self.sent >= self._budget):
            return []
        if self._halves:
            return self._halves.popleft()
        return [self._waiting.popleft() for _ in range(min(self._size.now, len(self._waiting)))]

    def _answered(self, future: Future[Shown], ids: list[str]) -> Iterator[Shown]:
        try:
            shown = future.result()
        except BudgetSpentError:
            self._waiting.extendleft(reversed(ids))
            self._stop()
        except TransientError as error:
            self._failed(ids, error)
        except SourceError as error:
            self._load.fail(error)
            self._stop()
        else:
            self._size.went_well()
            self.done += len(ids)
            yield shown

    def _stop(self) -> None:
        self.is_stopped = True
        self._recall()

    def _failed(self, ids: list[str], error: TransientError) -> None:
        middle = len(ids) // 2
        if middle:
            self._size.was_too_much(len(ids))
            self._recall()
            self._halves.extend((ids[:middle], ids[middle:]))
            return
        self.poison += ids
        self.done += 1
        self._load.failures[f"{self._query.replace('_', ' ').removesuffix('s')} of {ids[0]}"] = str(error)

    def _ask(self, ids: list[str]) -> Shown:
        answer = self._load.client.query(self._query, may_shrink=len(ids) > 1, ids=ids)
        nodes = answer.data["nodes"]
        hidden = {path[1] for path in answer.refused if len(path) > 1 and nodes[path[1]] is None}
        if answer.refused:
            noted = self._load.failures if hidden else self._load.notes
            noted[self._query.replace("_", " ")] = answer.reasons
        shown = enumerate(zip(ids, nodes, strict=True))
        return [(i, node) for number, (i, node) in shown if number not in hidden]


def _people_due(pipeline: Pipeline, load: "GithubLoad") -> list[str]:
    """Node ids of people who have an edge but no profile that is fresh enough, in a lasting order.

    Whoever owns the source of an artifact has one. Heroes' profiles are asked for more often: those who had their deep
    profile as such. A profile that an older release loaded lacks the newest repositories, by which activity is scored.
    """
    with pipeline.sql_client() as sql:
        tables = {name: sql.make_qualified_table_name(name) for name in (*EDGES, "users", "deep_profiles")}
        edges = " union all ".join(f"select user_id from {tables[name]}" for name in EDGES)
        edges += f" union all select owner_id from {sql.make_qualified_table_name('artifact_repositories')}"
        query = _PEOPLE_DUE.format(edges=edges, users=tables["users"], deep_profiles=tables["deep_profiles"])
        found = sql.execute_sql(query, load.stale_before, load.hero_stale_before)
    return [row[0] for row in found or ()]


_PEOPLE_DUE = """
    with people as (
        select distinct user_id from ({edges}) where user_id is not null
    ),
    heroes as (
        select user_id from {deep_profiles} group by user_id having arg_max(is_hero, observed_at)
    ),
    profiles as (
        select user_id, max(observed_at) as observed_at
        from {users}
        where recent_repositories is not null or not is_found
        group by user_id
    )
    select people.user_id
    from people
    left join profiles using (user_id)
    left join heroes using (user_id)
    where
        profiles.user_id is null
        or profiles.observed_at < %s
        or (heroes.user_id is not null and profiles.observed_at < %s)
    order by people.user_id
"""


def _deep_profiles_due(pipeline: Pipeline, load: "GithubLoad") -> list[tuple[str, dict[str, bool]]]:
    """Whose deep profile is due and why, heroes first.

    Heroes are those who stand highest by number of edges or by followers. The sample are the people whose ids have the
    smallest MD5: drawn without regard to what they do, and the same ones each time.
    """
    heroes, sample = load.deep_profile_heroes, load.deep_profile_sample
    with pipeline.sql_client() as sql:
        table = sql.make_qualified_table_name
        # Each once, however often it was observed.
        edges = " union ".join(f"select user_id, '{k}' as kind, {i} as id from {table(name)}" for name, k, i in _DEEDS)
        query = _DEEP_PROFILES_DUE.format(edges=edges, users=table("users"), deep_profiles=table("deep_profiles"))
        found = sql.execute_sql(query, heroes, sample, heroes, sample, load.stale_before, heroes)
    return [(user_id, {"is_hero": hero, "is_sampled": sampled}) for user_id, hero, sampled in found or ()]


_DEEP_PROFILES_DUE = """
    with people as (
        select user_id, arg_max(followers_count, observed_at) as followers
        from {users} group by user_id
        having arg_max(coalesce(account_type, ''), observed_at) = 'User'
    ),
    ranked as (
        select
            people.user_id,
            least(
                row_number() over (order by count(edges.user_id) desc, people.user_id),
                row_number() over (order by people.followers desc nulls last, people.user_id)
            ) as standing,
            row_number() over (order by md5(people.user_id)) as draw
        from people left join ({edges}) as edges using (user_id)
        group by people.user_id, people.followers
    ),
    drawn as (
        select user_id, row_number() over (order by standing, user_id) as place, draw from ranked
    )
    select user_id, place <= %s, draw <= %s
    from drawn
    where
        (place <= %s or draw <= %s)
        and user_id not in (select user_id from {deep_profiles} where observed_at >= %s)
    order by place > %s, place, draw
"""
