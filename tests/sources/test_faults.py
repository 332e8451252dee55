"""Requests that fail for a while or for good: what is loaded in spite of them, and what the log says of the rest."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from dagster import DagsterInstance

from community_assets.definitions import build_defs
from community_assets.ingestion import ATTENDED
from community_assets.raw import Attempt
from community_assets.sandbox import TRANSIENT, Community, Faults, RequestInfo, serve
from community_assets.sandbox.github_answers import failure
from community_assets.sandbox.github_rest import RestApi
from community_assets.settings import GithubSection, Paths, Settings
from community_assets.sources.github.source import TABLES
from tests.loading import ATTEMPTS, EDGES, OBSERVED, FakeClock, Rig, connector, raw_rows, undisturbed

RigOf = Callable[..., Rig]
PEOPLE, SEED = 60, 5
# With one request at a time the same seed gives the same faults.
ONE_AT_A_TIME, MANY_AT_ONCE = (1, 2, 3, 4, 5), (6, 7, 8, 9, 10)


@dataclass(frozen=True)
class Faulty:
    """How ten loads ended of which every fifth request failed, and all that was said and stored meanwhile."""

    attempts: list[Attempt]
    observed: list[dict[str, Any]]
    served: Counter[str]
    token: str
    log: str
    data: Path


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Faulty]:
    """Load a community ten times, each time into another data directory."""
    time, data, log = FakeClock(), tmp_path_factory.mktemp("faulty"), StringIO()
    found: list[tuple[Attempt, dict[str, Any]]] = []
    served = Counter[str]()
    with (
        serve(Community.generate(PEOPLE, SEED), clock=time.now) as sandbox,
        everything_logged(log),
    ):
        for seed in ONE_AT_A_TIME + MANY_AT_ONCE:
            sandbox.faults = Faults(seed)
            rig = Rig(sandbox, time, data / str(seed), {"at_once": 1 if seed in ONE_AT_A_TIME else 4})
            found.append((rig.load(), rig.observed()))
            served += sandbox.faults.served
        attempts, observed = zip(*found, strict=True)
        yield Faulty(list(attempts), list(observed), served, sandbox.token, log.getvalue(), data)


@contextmanager
def everything_logged(log: StringIO) -> Iterator[None]:
    """Write what any logger says, down to the least of it, tracebacks included."""
    handler, root = logging.StreamHandler(log), logging.getLogger()
    known = [root, *(logger for logger in root.manager.loggerDict.values() if isinstance(logger, logging.Logger))]
    before = [(logger, logger.level, logger.propagate) for logger in known]
    root.addHandler(handler)
    for logger in known:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    yield
    for logger, level, propagate in before:
        logger.setLevel(level)
        logger.propagate = propagate
    root.removeHandler(handler)


def test_a_fifth_of_all_requests_may_fail_and_nothing_is_missing(faulty: Faulty) -> None:
    expected = undisturbed(PEOPLE, SEED)
    for attempt, observed in zip(faulty.attempts, faulty.observed, strict=True):
        assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
        assert observed == expected.observed
    assert set(faulty.served) == set(TRANSIENT)


def test_no_fault_brings_the_token_to_light(faulty: Faulty) -> None:
    assert faulty.served["echo"]
    assert "asked again" in faulty.log
    assert faulty.token not in faulty.log
    assert not any(faulty.token in (attempt.message or "") for attempt in faulty.attempts)
    files = [path for path in faulty.data.rglob("*") if path.is_file()]
    assert len(files) > len(faulty.attempts)
    assert [path for path in files if faulty.token.encode() in path.read_bytes()] == []


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_repository_that_is_gone_is_named_and_the_others_are_loaded(rig_of: RigOf, status: int) -> None:
    rig = rig_of(PEOPLE, SEED)
    gone, *others = rig.sandbox.community.repositories
    rig.sandbox.gone[gone.lower()] = status
    expected = undisturbed(PEOPLE, SEED, tuple(others))
    attempt = rig.load()
    reason = "Repository access blocked" if status == 451 else "no such repository, or the token may not see it"
    assert (attempt.outcome, attempt.message) == ("incomplete", f"{gone}: {reason}")
    assert rig.observed() == expected.observed
    assert attempt.requests == expected.attempt.requests + 1


def test_one_account_that_github_fails_to_show_costs_nobody_else_a_profile(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    expected = undisturbed(PEOPLE, SEED)
    poison = sorted(user for user, found, *_ in expected.observed["users"] if found)[20]
    rig.sandbox.poison = {poison}
    attempt = rig.load()
    assert attempt.outcome == "incomplete"
    assert f"profile of {poison}: " in str(attempt.message)
    assert "answers 502" in str(attempt.message)
    assert rig.observed() == {
        table: rows if table in EDGES or table == "stargazers" else without(rows, poison)
        for table, rows in expected.observed.items()
    }
    # Halves down to one account, which is asked for as often as a setting allows.
    assert attempt.requests <= expected.attempt.requests + 2 * 6 + 8

    asked = rig.asked()
    attempt = rig.load()
    assert (attempt.outcome, attempt.requests) == ("complete", 2 * len(rig.sandbox.community.projects))
    assert "1 that GitHub failed to show are not asked for again yet" in str(attempt.message)
    assert not any("ids" in info.variables for info in asked)

    rig.sandbox.poison.clear()
    rig.time.sleep(31 * 86_400)
    rig.load(whole_walk_after=timedelta(days=365))
    assert rig.observed() == expected.observed


def without(rows: list[tuple[Any, ...]], user_id: str) -> list[tuple[Any, ...]]:
    """All rows but those of one account."""
    return [row for row in rows if user_id not in row]


def test_accounts_that_lists_show_as_null_are_counted_and_nothing_else_is_missing(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    expected = undisturbed(PEOPLE, SEED)
    doers = {user for table in EDGES for row in expected.observed[table] for user in row}
    fans = [user for _, user, *_ in expected.observed["stargazers"] if user not in doers]
    (hidden,) = (user for user in sorted(fans)[:1])
    rig.sandbox.null_edges = {hidden}
    starred = Counter(repository for repository, user, *_ in expected.observed["stargazers"] if user == hidden)
    attempt = rig.load()
    assert attempt.outcome == "complete"
    for project in rig.sandbox.community.projects:
        ghosts = sum(rig.sandbox.community.listed(star.user_id) is None for star in project.stars)
        nobody = ghosts + starred[project.id]
        said = f"stargazers of {project.name_with_owner}: {nobody} of them have no account any more"
        assert (said in str(attempt.message)) == bool(nobody)
    assert rig.observed() == {table: without(rows, hidden) for table, rows in expected.observed.items()}


def test_what_is_too_much_at_once_comes_in_smaller_parts(rig_of: RigOf) -> None:
    people = 150
    rig = rig_of(people, SEED)
    rig.sandbox.heaviest = 400  # 4 base profiles, 1 deep one, 14 issues, 7 pull requests
    asked = rig.asked()
    attempt = rig.load(at_once=1, deep_profile_points=1_000)
    expected = undisturbed(people, SEED)
    assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
    assert rig.observed() == expected.observed
    batches = Counter(info.operation for info in asked)
    assert batches["Profiles"] <= 2 * len(expected.observed["users"]) / 4
    assert batches["DeepProfiles"] <= 2 * len(expected.observed["deep_profiles"])


def test_as_much_as_before_is_asked_for_when_github_feels_better(rig_of: RigOf) -> None:
    rig = rig_of(300, SEED)
    rig.sandbox.heaviest = 400
    sizes: list[int] = []

    def on_request(_number: int, info: RequestInfo) -> None:
        if info.operation == "Profiles":
            sizes.append(len(info.variables["ids"]))
            if len(sizes) == 20:
                rig.sandbox.heaviest = None

    rig.sandbox.on_request = on_request
    tables = [table for table in TABLES if table != "deep_profiles"]
    attempt = rig.load(tables, at_once=1)
    assert attempt.outcome == "complete"
    assert max(sizes[10:20]) <= 8
    assert sizes[0] == max(sizes[20:]) == 37


def test_an_answer_that_does_not_come_is_asked_for_again(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    rig.environment["RUNTIME__REQUEST_TIMEOUT"] = "0.5"
    rig.sandbox.stall, rig.sandbox.stalled = 1.0, {1, 8, 20, 25}
    attempt = rig.load()
    expected = undisturbed(PEOPLE, SEED)
    assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
    assert rig.observed() == expected.observed
    assert rig.sandbox.requests >= expected.attempt.requests + 4


CONTRIBUTORS = ["repositories", "contributors"]


def test_contributors_that_github_still_computes_are_waited_for(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    rig.sandbox.computing = 2
    assert rig.load(CONTRIBUTORS).outcome == "complete"
    assert rig.rows(EDGES["contributors"]) == undisturbed(PEOPLE, SEED).observed["contributors"]


@pytest.mark.parametrize(
    ("answer", "outcome", "said"),
    [("empty", "complete", None), ("too large", "complete", "too large"), ("computing", "incomplete", "computed")],
)
def test_contributors_that_github_does_not_list_are_nobody(
    rig_of: RigOf, answer: str, outcome: str, said: str | None
) -> None:
    rig = rig_of(PEOPLE, SEED)
    rig.sandbox.contributors = answer
    attempt = rig.load(CONTRIBUTORS)
    assert attempt.outcome == outcome
    assert attempt.message is None if said is None else said in str(attempt.message)
    somebody = "select count(*) from raw.contributors where contributors > 0"
    assert rig.rows(somebody) == [(0,)]
    rig.sandbox.contributors = "listed"
    assert rig.load(CONTRIBUTORS).outcome == "complete"
    assert set(rig.rows(EDGES["contributors"])) >= set(undisturbed(PEOPLE, SEED).observed["contributors"])


def test_a_repository_that_is_renamed_during_a_load_is_followed(rig_of: RigOf) -> None:
    rig = rig_of(PEOPLE, SEED)
    project = rig.sandbox.community.projects[0]
    names = rig.sandbox.community.repositories

    def rename(_number: int, info: RequestInfo) -> None:
        if info.path.endswith("/contributors") and not project.former_names:
            rig.sandbox.community.rename_repository(project, "lighthouse")

    rig.sandbox.on_request = rename
    attempt = rig.load(at_once=1)
    expected = undisturbed(PEOPLE, SEED)
    assert (attempt.outcome, attempt.message) == ("complete", expected.attempt.message)
    assert project.former_names
    assert rig.rows(EDGES["contributors"]) == expected.observed["contributors"]
    assert rig.load(repositories=names).outcome == "complete"
    assert set(rig.rows("select name_with_owner from raw.repositories")) >= {(project.name_with_owner,)}


def test_the_token_of_an_app_which_is_nobody_loads(rig_of: RigOf, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = failure(403, "Resource not accessible by integration")
    monkeypatch.setattr(RestApi, "_viewer", lambda *_: refusal)
    rig = rig_of(PEOPLE, SEED)
    rig.sandbox.scopes = None
    assert rig.load().outcome == "complete"
    assert rig.observed() == undisturbed(PEOPLE, SEED).observed


def test_a_faulty_run_of_dagsters_job_succeeds_and_publishes_what_an_undisturbed_load_finds(
    rig_of: RigOf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig = rig_of(PEOPLE, SEED)
    names = rig.sandbox.community.repositories
    github = connector(names, clock=rig.time.clock)
    monkeypatch.setattr("community_assets.definitions.connectors", lambda _: [github])
    for name, value in {**ATTEMPTS, "GITHUB_TOKEN": rig.sandbox.token, "GITHUB_API_URL": rig.sandbox.api_url}.items():
        monkeypatch.setenv(name, value)
    settings = Settings(data_dir=tmp_path / "data", github=GithubSection(repositories=names))
    rig.sandbox.faults = Faults(seed=11)
    with DagsterInstance.ephemeral() as instance:
        job = build_defs(settings).resolve_job_def("refresh_github")
        assert job.execute_in_process(instance=instance, tags={ATTENDED: "true"}).success
    assert rig.sandbox.faults.served.total() > 3
    paths = Paths(tmp_path / "data")
    assert raw_rows(paths, "select outcome from raw.loads") == [("complete",)]
    assert {table: raw_rows(paths, query) for table, query in OBSERVED.items()} == undisturbed(PEOPLE, SEED).observed
