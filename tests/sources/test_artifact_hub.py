"""The Artifact Hub source against the sandbox: what it loads, what it asks, how it says that Artifact Hub says no."""

import copy
import json
import logging
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import duckdb
import pytest
from dagster import Failure
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from starlette.datastructures import QueryParams

from community_assets.connectors.artifact_hub import artifact_hub_connector
from community_assets.ingestion import Connector
from community_assets.privacy import Suppression
from community_assets.sandbox import Community, Sandbox, serve
from community_assets.sandbox import artifact_hub as double
from community_assets.sandbox.creators import HELM, Maintainer, Package, Release
from community_assets.sandbox.double import CONNECTION_FAULTS, ApiRequest
from community_assets.sandbox.github_answers import RestAnswer
from community_assets.settings import Paths, Settings
from community_assets.sources.artifact_hub import ArtifactHubLoad, rows, schemas, source
from community_assets.sources.load import SourceError, UnavailableError
from tests.loading import run_load
from tests.sandbox.openapi import OpenApi
from tests.sandbox.test_artifact_hub import artifact_hub_api  # noqa: F401

TIME = datetime(2026, 11, 2, tzinfo=UTC)
PACKAGES = "select distinct * exclude (observed_at, walk_id) from raw.packages order by all"
DETAILS = "select distinct * exclude (observed_at, walk_id) from raw.package_details order by all"
LOADS = "select outcome, message, requests from raw.loads order by finished_at"
NAMES = ("organizations", "users")
ACCOUNTS = artifact_hub_connector(Settings()).account_columns
Answer = Callable[[ApiRequest], RestAnswer]


class Wire(BaseAdapter):
    """Answers requests in this process."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer = answer
        self.asked: list[ApiRequest] = []

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        url = urlsplit(str(request.url))
        asked = ApiRequest(url.path, QueryParams(url.query))
        self.asked.append(asked)
        answer, response = self.answer(asked), Response()
        body = answer.body if isinstance(answer.body, str | bytes) else json.dumps(answer.body)
        response.status_code, response.request, response.url = answer.status, request, str(request.url)
        response._content = body if isinstance(body, bytes) else body.encode()
        response.headers = CaseInsensitiveDict(answer.headers)
        return response

    def close(self) -> None:
        """Nothing to close."""


def wired(answer: Answer, **options: Any) -> tuple[ArtifactHubLoad, Wire]:
    """A load that is answered in this process."""
    load, wire = ArtifactHubLoad(url="http://127.0.0.1:9", now=lambda: TIME, **options), Wire(answer)
    load.client.session.mount("http://", wire)
    return load, wire


def hub_of(community: Community) -> double.ArtifactHub:
    return double.ArtifactHub(community, "http://127.0.0.1:9")


def walked(load: ArtifactHubLoad, states: dict[str, Any] | None = None) -> list[str]:
    """Ids of the packages that a load finds by its only search, in as many chunks as it takes."""
    (search,) = load.all_searches
    states, found = {} if states is None else states, []
    while search.name not in load.finished:
        load.pages_left = load.pages_per_chunk
        for batch in source.walk(load, search, states):
            found += batch["package_id"].to_pylist()
    return found


@pytest.fixture(scope="module")
def plain() -> Community:
    """A community that no test changes."""
    return Community.generate(people=60, seed=5)


@pytest.fixture
def changing(plain: Community) -> Community:
    """A community of one's own."""
    return replace(plain, creators=copy.deepcopy(plain.creators))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=seconds.append))
    return seconds


@pytest.fixture
def running(changing: Community) -> Iterator[Sandbox]:
    with serve(changing) as sandbox:
        yield sandbox


def connector(sandbox: Sandbox, **options: Any) -> Connector:
    """Artifact Hub as the settings configure it; `options` are attributes of its load."""
    named = {**sandbox.artifact_hub.section, **{name: options.pop(name) for name in NAMES if name in options}}
    base = artifact_hub_connector(Settings.model_validate({"artifact_hub": named}))

    def start() -> ArtifactHubLoad:
        with patch.dict(os.environ, sandbox.artifact_hub.environment):
            started = base.start()
        assert isinstance(started, ArtifactHubLoad)
        return replace(started, **options)

    return replace(base, start=start)


def load(sandbox: Sandbox, data: Path, **options: Any) -> Paths:
    """Run one load into `data` and publish its raw file; fails as the asset does."""
    return run_load(connector(sandbox, **options), data)


@dataclass(frozen=True)
class Life:
    """What was stored and asked, load after load, and what the community was at the first."""

    community: Community
    paths: Paths
    asked: list[int]
    observed: list[Any]


@pytest.fixture(scope="module")
def life(plain: Community, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Life]:
    """Six loads: killed; resumed; one package has a new version; details are old, beyond the budget; failing; empty."""
    data, creators = tmp_path_factory.mktemp("life"), copy.deepcopy(plain.creators)
    with serve(replace(plain, creators=creators)) as sandbox:
        hub, asked, stored = sandbox.artifact_hub, [], []

        def refresh(days: int, **options: Any) -> None:
            before = hub.requests
            with suppress(Failure), pytest.MonkeyPatch.context() as once:
                once.setenv("RUNTIME__REQUEST_MAX_ATTEMPTS", "1")
                load(sandbox, data, now=lambda: TIME + timedelta(days=days), **options)
            asked.append(hub.requests - before)
            stored.append(observed(Paths(data)))

        def kill(number: int, _: ApiRequest) -> None:
            if number == 45:
                raise RuntimeError("killed")

        hub.on_request = kill
        refresh(0, pages_per_chunk=30)
        refresh(0)
        changed = creators.packages[3]
        changed.releases.append(Release("9.0.0", TIME))
        changed.maintainers = [Maintainer("New", "new@maintainers.example")]
        refresh(1)
        refresh(31, details_budget=10)
        hub.fault = lambda _: double.INTERNAL
        refresh(32)
        hub.fault = None
        named = hub.section
        creators.packages.clear()
        refresh(32, **named, details_budget=0)
        yield Life(plain, Paths(data), asked, stored)


def found_in(paths: Paths, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(paths.raw("artifact_hub"), read_only=True) as db:
        return db.execute(query).fetchall()


def observed(paths: Paths) -> list[Any]:
    return [found_in(paths, PACKAGES), found_in(paths, DETAILS)]


def test_of_a_killed_and_a_resumed_load_every_package_is_there_with_what_artifact_hub_shows(life: Life) -> None:
    packages = life.community.creators.packages
    columns = "package_id, name, display_name, description, stars, version, released_at, publisher_id, publisher_name"
    expected = {
        (
            p.package_id,
            p.name,
            p.display_name,
            p.description,
            p.stars,
            p.releases[-1].version,
            p.releases[-1].at,
            f"{'organization' if p.repository.is_organization else 'user'}:{p.repository.publisher}",
            p.repository.publisher_name,
        )
        for p in packages
    }
    loaded = found_in(life.paths, f"select {columns} from raw.packages where observed_at = '{TIME}'")
    assert set(loaded) == expected
    first = f"from raw.package_details where observed_at = '{TIME}' and account_id is"
    shown = found_in(life.paths, f"select package_id, links, versions {first} null")
    assert len(shown) == len(packages)
    links = {i: [(link["name"], link["url"]) for link in json.loads(text)] for i, text, _ in shown}
    assert links == {p.package_id: p.links for p in packages}
    assert {i: versions for i, _, versions in shown} == {p.package_id: len(p.releases) for p in packages}
    people = found_in(life.paths, f"select package_id, maintainer_name, maintainer_email {first} not null")
    assert set(people) == {(p.package_id, m.name, m.email) for p in packages for m in p.maintainers if m.email}


def test_details_are_asked_for_when_a_version_is_new_or_they_are_old_within_their_budget(life: Life) -> None:
    packages = len(life.community.creators.packages)
    searches = 1 + 2 + 1 + 1  # an organization has more packages than fit on a page
    killed, resumed, new, old, *_ = life.asked
    assert killed == 45 < killed + resumed - searches < searches + packages + 30  # a chunk at most is asked for again
    assert (new, old) == (searches + 1, searches + 10)
    loads = found_in(life.paths, LOADS)
    assert [outcome for outcome, *_ in loads] == ["failed", "complete", "complete", "paused", "failed", "paused"]
    said = f"the budget is spent, the next load goes on with details of packages ({packages - 1 - 10})"
    assert loads[3] == ("paused", said, searches + 10)
    latest = "select maintainer_email from raw.package_details where version = '9.0.0' and account_id is not null"
    assert found_in(life.paths, latest) == [("new@maintainers.example",)]


def test_what_was_found_stays_when_artifact_hub_fails_or_shows_nothing(life: Life) -> None:
    failed, empty = found_in(life.paths, LOADS)[4:]
    assert "answers 500" in failed[1]
    assert "organization beacon-example: has no packages" in empty[1]
    assert life.observed[5] == life.observed[4] == life.observed[3] != []


@pytest.mark.parametrize("requests", [1, 2, 3])
def test_a_walk_that_is_stopped_after_any_request_goes_on_without_a_hole(
    plain: Community, monkeypatch: pytest.MonkeyPatch, requests: int
) -> None:
    monkeypatch.setattr(source, "PAGE_SIZE", 20)
    monkeypatch.setattr("community_assets.sources.artifact_hub.client.PAGE_SIZE", 20)
    hub, states, found = hub_of(plain), {}, []
    stopped, _ = wired(hub.answer, searches=["chart"], pages_per_chunk=1)
    (search,) = stopped.all_searches
    for _ in range(requests):
        stopped.pages_left = 1
        found += [i for batch in source.walk(stopped, search, states) for i in batch["package_id"].to_pylist()]
    assert search.name not in stopped.finished
    resumed, wire = wired(hub.answer, searches=["chart"])
    found += walked(resumed, json.loads(json.dumps(states)))
    listed = [p.package_id for p in plain.creators.packages if "chart" in p.description.lower()]
    assert sorted(found) == sorted(listed)
    assert len(wire.asked) == 4 - requests


def test_requests_and_answers_are_as_artifact_hub_describes_them(
    plain: Community,
    artifact_hub_api: OpenApi,  # noqa: F811
) -> None:
    hub, problems = hub_of(plain), []

    def answer(request: ApiRequest) -> RestAnswer:
        path, given = request.path.removeprefix("/api/v1"), hub.answer(request)
        problems.extend(artifact_hub_api.request_problems(path, request.query.multi_items()))
        problems.extend(artifact_hub_api.answer_problems(path, given.status, given.body))
        return given

    package = plain.creators.packages[0]
    named = {
        "organizations": hub.section["organizations"],
        "users": hub.section["users"],
        "repositories": ["charts"],
        "searches": ["chart -x", "nothing like this"],
    }
    for name, values in named.items():
        for value in values:
            walked(wired(answer, **{name: [value]})[0])
    hub_load, wire = wired(answer)
    path = rows.path_of(HELM, package.repository.name, package.name)
    assert path
    assert hub_load.client.details(path)
    assert len(wire.asked) == 1
    assert problems == []


def test_names_of_kinds_are_those_in_artifact_hubs_paths(artifact_hub_api: OpenApi) -> None:  # noqa: F811
    for kind in rows.KINDS:
        path = rows.path_of(kind, "repository", "package")
        assert path
        assert artifact_hub_api.request_problems(f"/{path}", []) == []


def test_packages_whose_order_moves_are_all_found_once(plain: Community) -> None:
    hub = hub_of(plain)
    name = plain.creators.packages[-10].repository.publisher
    hub.moves = 1
    hub_load, wire = wired(hub.answer, organizations=[name])
    found = walked(hub_load)
    assert sorted(found) == sorted(p.package_id for p in plain.creators.packages if p.repository.publisher == name)
    assert len(wire.asked) > 2
    assert hub_load.failures == {}


def test_packages_that_never_come_are_said_and_not_waited_for(plain: Community) -> None:
    hub = hub_of(plain)

    def one_more(request: ApiRequest) -> RestAnswer:
        given = hub.answer(request)
        return replace(given, headers={double.TOTAL: str(int(given.headers[double.TOTAL]) + 1)})

    hub_load, wire = wired(one_more, organizations=["beacon-example"])
    assert len(walked(hub_load)) == 3
    assert len(wire.asked) == source.MOST_ROUNDS
    said = "3 of 4 packages were shown, for their order moved meanwhile"
    assert hub_load.failures == {"organization beacon-example": said}


def test_a_walk_that_was_stopped_long_ago_begins_anew(plain: Community) -> None:
    hub = hub_of(plain)
    state = {"started_at": (TIME - timedelta(days=1)).isoformat(), "offset": 60, "round": 1, "seen": ["gone"]}
    hub_load, _ = wired(hub.answer, organizations=["beacon-example"])
    assert len(walked(hub_load, {"organization beacon-example": state})) == 3


FAULTS = [*double.ArtifactHub.FAILURES, *CONNECTION_FAULTS]


@pytest.mark.parametrize("fault", [fault for fault in FAULTS if fault != double.FORBIDDEN])
def test_a_request_that_fails_once_is_asked_again(running: Sandbox, slept: list[float], fault: str) -> None:
    running.artifact_hub.fault = lambda number: fault if number == 1 else None
    hub_load = ArtifactHubLoad(url=running.artifact_hub.url, organizations=["beacon-example"])
    assert len(walked(hub_load)) == 3
    assert running.artifact_hub.requests == 2
    assert slept == [2.0 if fault == double.SLOW_DOWN else 0]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (double.SLOW_DOWN, r"asks to slow down \(429 <HTML>.*cloudfront.*\); try again in 2 seconds"),
        (double.SLOW_DOWN_UNTOLD, r"asks to slow down \(429 .*\); try again later"),
        (double.FORBIDDEN, r"answers 403 <HTML>.*; try again later"),
        (double.INTERNAL, r"answers 500 .*; try again later"),
        (double.UNAVAILABLE, r"answers 503 <HTML>.*; try again later"),
        (double.PAGE, "answers no JSON, or half of it; try again later"),
        (CONNECTION_FAULTS[0], r"\(ARTIFACT_HUB_URL\) cannot be reached"),
        (CONNECTION_FAULTS[1], r"\(ARTIFACT_HUB_URL\) cannot be reached"),
        (CONNECTION_FAULTS[2], "answers no JSON, or half of it; try again later"),
    ],
)
def test_a_request_that_always_fails_is_said_in_one_line(
    running: Sandbox, slept: list[float], fault: str, said: str
) -> None:
    running.artifact_hub.fault = lambda _: fault
    hub_load = ArtifactHubLoad(url=running.artifact_hub.url, organizations=["beacon-example"])
    with pytest.raises(UnavailableError, match=said) as error:
        walked(hub_load)
    assert "\n" not in str(error.value)
    assert "/api/v1/packages/search" in str(error.value)
    assert running.artifact_hub.requests <= 2


def test_nobody_waits_longer_than_is_reasonable(slept: list[float]) -> None:
    hub_load, wire = wired(lambda _: RestAnswer(429, "", {"retry-after": "86400"}), organizations=["x"])
    with pytest.raises(UnavailableError, match="try again in 86,400 seconds"):
        walked(hub_load)
    assert (len(wire.asked), slept) == (1, [])


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (200, "[1, 2]", r"answers something else: '\[1, 2\]'; is ARTIFACT_HUB_URL right\?"),
        (200, "null", "answers something else"),
        (200, '{"message": "Hello"}', "answers something else: 'Hello'"),
        (200, '{"packages": [{"name": "x"}]}', "answers packages of an unknown form"),
        (200, '{"packages": ["x"]}', "answers packages of an unknown form"),
        (400, '{"message": "invalid limit"}', "answers 400 invalid limit"),
        (401, '{"message": "no key-id, no s3cret"}', r"does not accept the key .* \(401 no \*\*\*, no \*\*\*\)"),
        (404, "<html>nginx</html>", "is not there .404 <html>nginx</html>.; is ARTIFACT_HUB_URL right"),
    ],
)
def test_an_answer_of_another_form_is_said_in_one_line_without_the_key(status: int, body: str, said: str) -> None:
    hub_load, _ = wired(lambda _: RestAnswer(status, body), organizations=["x"], key=("key-id", "s3cret"))
    with pytest.raises(SourceError, match=said) as error:
        walked(hub_load)
    assert "s3cret" not in f"{error.value} {hub_load!r}"


def test_the_key_is_sent_and_appears_in_no_log(plain: Community, caplog: pytest.LogCaptureFixture) -> None:
    hub, sent = hub_of(plain), []
    hub_load, wire = wired(hub.answer, organizations=["beacon-example"], key=("the-id", "s3cret"))
    send = wire.send

    def note(request: PreparedRequest, *arguments: Any, **options: Any) -> Response:
        sent.append((request.headers["X-API-KEY-ID"], request.headers["X-API-KEY-SECRET"]))
        return send(request)

    wire.send = note  # type: ignore[method-assign]
    for name in ("dlt", "urllib3", "community_assets"):
        caplog.set_level(logging.DEBUG, name)
    walked(hub_load)
    assert sent == [("the-id", "s3cret")]
    assert "s3cret" not in caplog.text
    assert "the-id" not in caplog.text


def test_an_account_is_known_by_its_address_in_any_case_and_does_not_tell_it() -> None:
    account = rows.account_of("Ada@Example.org")
    assert account == rows.account_of("ada@example.org") != rows.account_of("eve@example.org")
    assert "ada" not in account


def test_a_search_that_is_refused_leaves_the_others_alone(plain: Community) -> None:
    hub = hub_of(plain)

    def refuse(request: ApiRequest) -> RestAnswer:
        is_odd = request.query.get("ts_query_web") == "odd"
        return RestAnswer(400, {"message": "odd"}) if is_odd else hub.answer(request)

    hub_load, _ = wired(refuse, organizations=["nobody", "beacon-example"], searches=["odd", "bastion"])
    hub_load.pages_left = hub_load.pages_per_chunk
    assert sum(batch.num_rows for batch in source.walk_all(hub_load, {})) == 4
    assert "packages" in hub_load.finished
    assert hub_load.notes == {"organization nobody": "has no packages"}
    assert hub_load.failures == {"search odd": "http://127.0.0.1:9/api/v1/packages/search answers 400 odd"}


def test_a_package_that_two_searches_find_is_one_observation(plain: Community) -> None:
    hub_load, _ = wired(hub_of(plain).answer, organizations=["beacon-example"], repositories=["beacon"])
    hub_load.pages_left = hub_load.pages_per_chunk
    assert sum(batch.num_rows for batch in source.walk_all(hub_load, {})) == 3


def due(package: Package) -> source.Due:
    return source.Due(package.package_id, package.repository.kind, package.repository.name, package.name, "1", TIME)


def test_a_kind_that_is_not_known_is_kept_and_its_details_are_not_asked_for(changing: Community) -> None:
    changing.creators.packages[0].repository.kind = 99  # of all packages of its publisher
    hub_load, _ = wired(hub_of(changing).answer)
    (batch, *_) = source.walk(hub_load, source.Search("organization", "beacon-example", "org"), {})
    assert set(batch["kind"].to_pylist()) == {99}
    known, unknown = changing.creators.packages[5], changing.creators.packages[0]
    assert [package for package, _ in source.askable(hub_load, [due(unknown), due(known)])] == [due(known)]
    assert hub_load.notes == {"details of packages of kind 99": "cannot be asked for: no path to them is known"}


def test_a_package_that_is_gone_or_lost_its_name_is_observed_as_gone(plain: Community) -> None:
    package, hub = plain.creators.packages[0], hub_of(plain)
    path = rows.path_of(HELM, package.repository.name, package.name)
    assert path
    hub_load, _ = wired(hub.answer)
    lost = due(package)._replace(package_id="that of another package of this name")
    assert [row["is_found"] for row in source.ask_for_details(hub_load, lost, path)] == [False]
    assert [row["is_found"] for row in source.ask_for_details(hub_load, due(package), f"{path}-gone")] == [False]
    shown = source.ask_for_details(hub_load, due(package), path)
    assert [row["is_found"] for row in shown] == [True] * (1 + len(package.maintainers))


def test_people_who_asked_to_be_forgotten_are_dropped_before_anything_is_stored(plain: Community) -> None:
    maker = plain.creators.maker
    assert maker
    assert maker.email
    forgotten = Suppression(b"k" * 32, frozenset())
    accounts = (rows.account_of(maker.email), f"user:{maker.login}")
    forgotten = replace(forgotten, hashes=frozenset(forgotten.hash("artifact_hub", a) for a in accounts))
    hub_load, _ = wired(hub_of(plain).answer, users=[maker.login])
    hub_load.pages_left = 1
    package = next(p for p in plain.creators.packages if p.repository.publisher == maker.login)
    path = rows.path_of(HELM, package.repository.name, package.name) or ""
    details = hub_load.batch(source.ask_for_details(hub_load, due(package), path), schemas.PACKAGE_DETAILS)
    (packages,) = source.walk_all(hub_load, {})
    assert (packages.num_rows, details.num_rows) == (1, 2)
    assert forgotten.batch_filter("artifact_hub", ACCOUNTS["packages"])(packages).num_rows == 0
    kept = forgotten.batch_filter("artifact_hub", ACCOUNTS["package_details"])(details)
    assert kept["maintainer_email"].to_pylist() == [None]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("x\ud800"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
KEYS = [
    "home_url",
    "name",
    "stars",
    "ts",
    "version",
    "repository",
    "maintainers",
    "links",
    "available_versions",
    "keywords",
]
SECTION = st.dictionaries(st.sampled_from(["kind", "name", "email", "url", "ts", "user_alias"]), JSON)
LOAD = ArtifactHubLoad(url="http://127.0.0.1:9")


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(KEYS), JSON | SECTION | st.lists(SECTION, max_size=3)))
def test_whatever_an_answer_holds_it_becomes_rows_that_can_be_stored(node: dict[str, Any]) -> None:
    observation, told = LOAD.observation(), {"version": None, "released_at": None}
    shown = LOAD.batch([rows.package({**node, "package_id": "p"}, observation)], schemas.PACKAGES)
    found = LOAD.batch(list(rows.details("p", node, told, observation)), schemas.PACKAGE_DETAILS)
    assert shown["package_id"].to_pylist() == ["p"]
    assert found["account_id"].to_pylist().count(None) == 1


def test_a_name_never_leaves_its_place_in_a_path() -> None:
    assert rows.path_of(0, "a/../b?c#d", "é %2f") == "packages/helm/a%2F..%2Fb%3Fc%23d/%C3%A9%20%252f"
    assert rows.path_of(None, "a", "b") is rows.path_of(0, "..", "b") is rows.path_of(0, "a", None) is None


@pytest.mark.parametrize(
    ("node", "source_url", "field"),
    [
        ({"links": [{"name": "docs", "url": "https://github.com/a/docs"}]}, None, None),
        ({"links": [{"name": "Source", "url": "https://git.example/a/b"}]}, "https://git.example/a/b", "links"),
        (
            {"links": [{"name": "source", "url": u} for u in ("https://a.example", "https://GitHub.com/a/b")]},
            "https://GitHub.com/a/b",
            "links",
        ),
        ({"home_url": "https://a.example/b"}, None, None),
        ({"home_url": "https://gitlab.com/a/b"}, "https://gitlab.com/a/b", "home_url"),
        ({"repository": {"kind": 7, "url": "https://github.com/a/tasks"}}, "https://github.com/a/tasks", "repository"),
        ({"repository": {"kind": 5, "url": "https://github.com/a/index"}}, None, None),
        ({"repository": {"kind": 0, "url": "https://github.com/a/charts"}}, None, None),
        ({"repository": {"kind": 99, "url": "https://github.com/a/b"}}, None, None),
    ],
)
def test_the_source_is_where_a_package_says_and_is_not_guessed(
    node: dict[str, Any], source_url: str | None, field: str | None
) -> None:
    assert rows.source_of(node) == (source_url, field)
