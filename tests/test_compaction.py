"""Compaction takes away what says nothing new, and nothing that anybody reads."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jinja2 import Template

from community_assets.compaction import compact, crowded
from community_assets.sandbox import Sandbox
from community_assets.settings import Paths
from community_assets.sources.github.schemas import KEYS
from tests.building import SCHEMAS, write_raw
from tests.conftest import ROOT
from tests.loading import load, raw_rows

STAGING = sorted((ROOT / "dbt_project/models/staging/github").glob("stg_github__[!l]*.sql"))  # no log of loads
LATEST = (ROOT / "dbt_project/macros/latest_observations.sql").read_text("utf-8")
START = datetime(2026, 1, 1, tzinfo=UTC)
STARS = {"a": 1, "b": 2, None: 0}
PERSON = ("stargazers", "star_events", "watchers", "forks", "activities", "artifact_contributors")
# What was observed of one thing: the day, what it was, and how often the same row was stored.
Observations = list[tuple[int, str | None, int]]
OBSERVATIONS = st.lists(
    st.tuples(st.integers(0, 9), st.sampled_from(["a", "b", None]), st.integers(1, 2)),
    max_size=8,
    unique_by=lambda observation: observation[0],
)


def record(table: str, thing: int, value: str | None) -> dict[str, Any]:
    """One observation of a thing, of which one fact is `value`; one contributor has no account."""
    facts: dict[str, dict[str, Any]] = {
        "repositories": {"repository_id": f"R_{thing}", "description": value},
        "star_history": {"week": START + timedelta(weeks=thing), "stars": STARS[value], "stars_by_day": [1, None]},
        "contributors": {"user_id": f"U_{thing}" if thing else None, "user_login": value, "contributors": 1},
        "users": {
            "user_id": f"U_{thing}",
            "is_found": value is not None,
            "login": value and f"dev{thing}",
            "company": value,
            "organizations": value and [{"login": value, "database_id": None}],
        },
        "deep_profiles": {
            "user_id": f"U_{thing}",
            "is_hero": value == "a",
            "is_sampled": False,
            "repositories": [{"topics": [value]}],
        },
        "activities": {"activity_id": f"A_{thing}", "kind": "issue", "thread_id": "A_0", "state": value},
        "forks": {"fork_id": f"F_{thing}"},
        "artifact_repositories": {"source_repository": f"a/{thing}", "is_found": value is not None, "refusal": value},
        "star_events": {"event_id": f"E_{thing}"},
        "walks": {"walk_id": "w", "list": "forks", "is_whole": True, "records": thing, "started_at": START},
    }
    person = {"user_id": f"U_{thing}", "user_login": value} if table in PERSON else {}
    return {"repository_id": "R_1", **person, **facts.get(table, {})}


def rows(table: str, things: list[Observations]) -> pa.Table:
    records = [
        {"observed_at": START + timedelta(days=day), "walk_id": f"w{day}", **record(table, thing, value)}
        for thing, observations in enumerate(things)
        for day, value, times in observations
        for _ in range(times)
    ]
    return pa.Table.from_pylist(records, schema=SCHEMAS[table])


def rendered(model: Path) -> str:
    """The SQL of a staging model, as dbt would render it."""
    return Template(LATEST + model.read_text("utf-8")).render(source=lambda _, table: f"raw.{table}")


def staged(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """The rows of every staging model of GitHub."""
    with duckdb.connect(path, read_only=True) as db:
        queries = {model.stem: rendered(model) for model in STAGING}
        return {name: db.execute(f"from ({query}) order by all").fetchall() for name, query in queries.items()}


def stored(path: Path, table: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(path, read_only=True) as db:
        return db.execute(f"select * exclude (observed_at, walk_id), walk_id from raw.{table} order by all").fetchall()


def ends_of_runs(observations: Observations) -> Iterator[tuple[int, str | None]]:
    """What has to stay: of equal observations in a row the first and the last."""
    in_order = [(day, value) for day, value, times in sorted(observations) for _ in range(times)]
    for _, run in groupby(in_order, key=lambda observation: observation[1]):
        equal = list(run)
        yield from equal if len(equal) < 3 else (equal[0], equal[-1])


# Things are independent of one another: many in one example cost no more than one.
@settings(max_examples=5, phases=[Phase.generate])
@given(things=st.lists(OBSERVATIONS, min_size=10, max_size=60))
def test_what_is_staged_is_the_same_and_only_the_ends_of_runs_stay(things: list[Observations]) -> None:
    with TemporaryDirectory() as folder:
        paths = Paths(Path(folder))
        write_raw(paths, {table: rows(table, things) for table in KEYS})
        path = paths.raw("github")
        before, walks = staged(path), stored(path, "walks")
        compact(path, KEYS)
        assert staged(path) == before
        kept = {table: rows(table, [[(d, v, 1) for d, v in ends_of_runs(o)] for o in things]) for table in KEYS}
        expected = Paths(Path(folder) / "expected")
        write_raw(expected, kept)
        changing = set(KEYS) - {"walks"}
        assert {t: stored(path, t) for t in changing} == {t: stored(expected.raw("github"), t) for t in changing}
        assert stored(path, "walks") == walks
        assert set(compact(path, KEYS).values()) == {0}


def observed(days: int, value: str = "a") -> Observations:
    return [(day, value, 1) for day in range(days)]


def test_a_table_that_is_not_named_is_left_alone(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_raw(paths, {table: rows(table, [observed(9)]) for table in ("watchers", "forks")})
    assert compact(paths.raw("github"), {"watchers": KEYS["watchers"]}) == {"watchers": 7}
    assert len(stored(paths.raw("github"), "forks")) == 9


def test_a_compaction_that_fails_has_not_begun(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_raw(paths, {"watchers": rows("watchers", [observed(9)])})
    with pytest.raises(duckdb.BinderException):
        compact(paths.raw("github"), {"watchers": KEYS["watchers"], "forks": ["no_such_column"]})
    assert len(stored(paths.raw("github"), "watchers")) == 9


def test_only_tables_with_many_observations_of_a_thing_are_worth_it(tmp_path: Path) -> None:
    paths = Paths(tmp_path)
    write_raw(paths, {"watchers": rows("watchers", [observed(3)] * 50), "forks": rows("forks", [observed(1)] * 50)})
    assert set(crowded(paths.raw("github"), KEYS)) == {"watchers"}


def test_the_file_gives_its_space_back_and_keeps_types_and_constraints(tmp_path: Path) -> None:
    path = tmp_path / "loading.duckdb"
    columns = "user_id varchar not null, bio json, observed_at timestamptz not null, walk_id varchar not null"
    with duckdb.connect(path) as db:
        db.execute(f"create schema raw; create table raw.users ({columns}); create table raw.other (x int not null)")
        db.execute("comment on table raw.users is 'Who'")
        for day in range(9):
            text = "'\"' || array_to_string([md5(concat(i, j)) for j in range(30)], '') || '\"'"
            moment = f"timestamptz '2026-01-01' + interval {day} day"
            db.execute(f"insert into raw.users select 'U' || i, {text}, {moment}, 'w{day}' from range(5000) r(i)")
    before = path.stat().st_size
    described = "select table_name, sql, comment from duckdb_tables() order by 1"
    with duckdb.connect(path, read_only=True) as db:
        tables = db.execute(described).fetchall()
    assert compact(path, {"users": ["user_id"]}) == {"users": 7 * 5000}
    assert path.stat().st_size < before / 2
    with duckdb.connect(path, read_only=True) as db:
        assert db.execute(described).fetchall() == tables
        assert db.execute("select count(*) from raw.users").fetchall() == [(10_000,)]
    assert [p.name for p in tmp_path.iterdir()] == ["loading.duckdb"]


def test_loads_do_not_pile_up_what_never_changes(
    sandbox: Sandbox, use_sandbox: Callable[[Sandbox], None], tmp_path: Path
) -> None:
    use_sandbox(sandbox)
    count = "select count(*), count(distinct (repository_id, user_id)) from raw.watchers"
    for _ in range(3):
        paths = load(tmp_path, sandbox.community.repositories[:1], whole_walk_after=timedelta(0))
    ((observations, watchers),) = raw_rows(paths, count)
    assert watchers > 1
    assert observations == 2 * watchers
    with duckdb.connect(paths.loading("github"), read_only=True) as db:
        assert db.execute(count).fetchall() == [(observations, watchers)]
