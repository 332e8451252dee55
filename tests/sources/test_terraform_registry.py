"""The Terraform Registry source against its double: what it loads, asks, and says when the registry says no."""

import copy
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import dlt
import pytest
from dagster import Failure
from hypothesis import given, settings
from hypothesis import strategies as st
from requests import ConnectionError as NoConnection
from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from starlette.datastructures import QueryParams

from community_assets.connectors.terraform_registry import terraform_registry_connector
from community_assets.privacy import suppress
from community_assets.sandbox import Community, serve
from community_assets.sandbox.creators import Module, Release
from community_assets.sandbox.double import ApiRequest
from community_assets.sandbox.github_answers import RestAnswer
from community_assets.sandbox.terraform_registry import TerraformRegistry
from community_assets.settings import Paths, Settings, TerraformRegistrySection
from community_assets.sources.load import SourceError, UnavailableError
from community_assets.sources.terraform_registry import TerraformRegistryLoad, rows, schemas
from community_assets.sources.terraform_registry.source import TABLES
from tests.loading import raw_rows, run_load
from tests.sandbox.openapi import OpenApi
from tests.sandbox.test_terraform_registry import registry_api  # noqa: F401

Row = dict[str, Any]
Found = dict[str, list[Row]]
State = dict[str, Any]
RELEASED = datetime(2026, 5, 1, tzinfo=UTC)


class Wire(BaseAdapter):
    """Answers requests in this process, as the double does or as `fault` says."""

    def __init__(self, registry: TerraformRegistry) -> None:
        super().__init__()
        self.registry = registry
        self.asked: list[ApiRequest] = []
        self.answered: list[tuple[ApiRequest, RestAnswer]] = []
        self.fault: Callable[[ApiRequest], str | BaseException | None] = lambda _: None

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Response:
        url = urlsplit(str(request.url))
        asked = ApiRequest(url.path, QueryParams(url.query))
        self.asked.append(asked)
        self.registry.requests += 1
        fault = self.fault(asked)
        if isinstance(fault, BaseException):
            raise fault
        answer, response = TerraformRegistry.FAILURES[fault] if fault else self.registry.answer(asked), Response()
        self.answered.append((asked, answer))
        response.status_code, response.request, response.url = answer.status, request, str(request.url)
        body = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
        response._content, response.headers = body.encode(), CaseInsensitiveDict(answer.headers)
        return response

    def close(self) -> None:
        """Nothing to close."""


@pytest.fixture(scope="module")
def plain() -> Community:
    """A community that no test changes."""
    return Community.generate(people=60, seed=5)


@pytest.fixture
def community(plain: Community) -> Community:
    """A community of one's own."""
    return replace(plain, creators=copy.deepcopy(plain.creators))


@pytest.fixture
def wire(community: Community) -> Wire:
    return Wire(TerraformRegistry(community, "http://127.0.0.1:9"))


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Seconds that were waited, without waiting."""
    seconds: list[float] = []
    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=seconds.append))
    return seconds


def load_of(wire: Wire, **options: Any) -> TerraformRegistryLoad:
    """A load of everything, that is answered in this process."""
    asked = {} if options.keys() & {"modules", "providers", "searches", "namespaces"} else wire.registry.section
    load = TerraformRegistryLoad(url="http://127.0.0.1:9", **{**asked, **options})
    load.api.session.mount("http://", wire)
    return load


def walk(load: TerraformRegistryLoad, state: State | None = None) -> Found:
    """Rows by table that a load commits, chunk by chunk. `state` is what dlt keeps; of a chunk that fails, nothing."""
    kept, found = {} if state is None else state, {table: [] for table in TABLES}
    chunks = load.chunks(TABLES)
    while True:
        draft, rows_of_chunk = copy.deepcopy(kept), {table: [] for table in TABLES}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dlt.current, "source_state", lambda draft=draft: draft)
            chunk = next(chunks, None)
            if chunk is None:
                return found
            for table in chunk.selected_resources:
                batches = [load.pop_versions()] if table == "versions" else load.fetch(table)
                rows_of_chunk[table] += [row for batch in batches for row in batch.to_pylist()]
        kept.clear()
        kept.update(draft)
        for table, loaded in rows_of_chunk.items():
            found[table] += loaded


def ids(found: Found) -> Counter[str]:
    return Counter([row["module_id"] for row in found["modules"]] + [row["provider_id"] for row in found["providers"]])


def expected(community: Community) -> Counter[str]:
    creators = community.creators
    return Counter(
        [f"{m.namespace}/{m.name}/{m.provider}".lower() for m in creators.modules]
        + [f"{p.namespace}/{p.name}".lower() for p in creators.providers]
    )


def without_time(found: Found) -> dict[str, set[str]]:
    """What was observed, without when."""
    return {
        table: {json.dumps({**row, "observed_at": None, "walk_id": None}, default=str) for row in loaded}
        for table, loaded in found.items()
    }


def test_what_the_registry_has_is_loaded_once_with_downloads_versions_and_sources(wire: Wire) -> None:
    load = load_of(wire)
    found = walk(load)
    creators = wire.registry.community.creators
    assert ids(found) == expected(wire.registry.community)
    module, row = creators.modules[0], next(r for r in found["modules"] if r["name"] == creators.modules[0].name)
    week, month, year = module.recent_downloads
    assert (row["downloads"], row["downloads_week"], row["downloads_month"], row["downloads_year"]) == (
        module.downloads,
        week,
        month,
        year,
    )
    assert (row["namespace"], row["creator_id"]) == (module.namespace, module.namespace.lower())
    assert (row["version"], row["published_at"]) == (module.releases[-1].version, module.releases[-1].at)
    assert (row["is_verified"], row["source_url"]) == (module.is_verified, module.source)
    provider, row = creators.providers[0], found["providers"][-1]
    assert (row["tier"], row["downloads"], row["source_url"]) == (provider.tier, provider.downloads, provider.source)
    assert (row["version"], row["published_at"]) == (provider.releases[-1].version, provider.releases[-1].at)
    assert len(found["versions"]) == sum(len(artifact.releases) for artifact in creators.modules + creators.providers)
    assert load.failures == load.notes == {}
    assert load.rows == sum(map(len, found.values()))


def test_what_is_asked_and_answered_is_what_the_contract_knows(wire: Wire, registry_api: OpenApi) -> None:  # noqa: F811
    module, provider = wire.registry.community.creators.modules[0], wire.registry.community.creators.providers[0]
    named = {
        "modules": [f"{module.namespace}/{module.name}/{module.provider}", "nobody/nothing/aws"],
        "providers": [f"{provider.namespace}/{provider.name}"],
    }
    walk(load_of(wire, **wire.registry.section, **named, searches=["terraform"]))
    assert len({request.path.count("/") for request in wire.asked}) > 3
    for request, answer in wire.answered:
        assert registry_api.request_problems(request.path, request.query.multi_items()) == []
        assert registry_api.answer_problems(request.path, answer.status, answer.body) == []


def test_versions_are_asked_for_when_there_is_a_new_one(wire: Wire) -> None:
    state: State = {}
    walk(load_of(wire), state)
    wire.asked.clear()
    module = wire.registry.community.creators.modules[0]
    module.releases.append(Release("99.0.0", RELEASED))
    found = walk(load_of(wire), state)
    details = [r.path for r in wire.asked if r.path.startswith("/v1/modules/") and r.path.count("/") == 5]
    assert details == [f"/v1/modules/{module.namespace}/{module.name}/{module.provider}"]
    assert {row["version"] for row in found["versions"]} == {release.version for release in module.releases}
    assert ids(found) == expected(wire.registry.community)


def test_counters_that_fall_are_kept_as_they_are_seen(wire: Wire) -> None:
    state: State = {}
    module = wire.registry.community.creators.modules[0]
    seen = []
    for downloads in (module.downloads, 7, 9):
        module.downloads = downloads
        found = walk(load_of(wire), state)
        seen += [row["downloads"] for row in found["modules"] if row["name"] == module.name]
    assert seen[-2:] == [7, 9]


@pytest.mark.parametrize(("most", "is_moving"), [(1, False), (3, False), (3, True), (4, True), (100, False)])
def test_clamped_pages_in_an_order_that_moves_miss_nothing(wire: Wire, most: int, is_moving: bool) -> None:
    wire.registry.most_per_page, wire.registry.is_moving = most, is_moving
    creators = wire.registry.community.creators
    creators.modules += [
        Module("Beacon-Example", f"part{n}", "aws", "", "", False, n, [Release("1.0.0", RELEASED)]) for n in range(7)
    ]
    assert ids(walk(load_of(wire, namespaces=["BEACON-example"]))) == Counter(
        {key: 1 for key in expected(wire.registry.community) if key.startswith("beacon-example/")}
    )


def test_pages_that_do_not_go_on_end(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    same = wire.registry.answer(ApiRequest("/v1/modules", QueryParams("limit=1")))
    stuck = RestAnswer(200, {**same.body, "meta": {"limit": 1, "current_offset": 0, "next_offset": 1}})
    answer = wire.registry.answer
    monkeypatch.setattr(wire.registry, "answer", lambda r: stuck if "search" in r.path else answer(r))
    assert len(walk(load_of(wire, searches=["beacon"]))["modules"]) == 1
    assert len(wire.asked) < 20


def test_what_a_list_shows_no_longer_is_asked_for_by_name(wire: Wire) -> None:
    state: State = {}
    first = walk(load_of(wire), state)
    modules = wire.registry.community.creators.modules
    gone, hidden = modules[0], modules[1]
    wire.registry.gone = {rows.module_id({"namespace": gone.namespace, "name": gone.name, "provider": gone.provider})}
    listed = wire.registry._page
    wire.registry._page = lambda shown, request: listed([m for m in shown if m is not hidden], request)  # type: ignore[method-assign]
    load = load_of(wire)
    second = walk(load, state)
    assert ids(first) - ids(second) == Counter(wire.registry.gone)
    assert load.notes == dict.fromkeys(wire.registry.gone, "is in the Terraform Registry no longer")
    assert load.failures == {}


def test_names_in_any_letter_case_and_searches_are_loaded(wire: Wire) -> None:
    creators = wire.registry.community.creators
    module, provider = creators.modules[0], creators.providers[0]
    names = [f"{module.namespace}/{module.name}/{module.provider}".upper(), "nobody/nothing/aws"]
    load = load_of(wire, modules=names, providers=[f"{provider.namespace}/{provider.name}".title()], searches=["vpc"])
    found = walk(load)
    assert len(found["providers"]) == 1
    assert {row["name"] for row in found["modules"]} == {module.name, "vpc"}
    assert load.failures == {"nobody/nothing/aws": "no such name in the Terraform Registry"}


def test_a_search_ends_at_its_budget_and_says_so(wire: Wire) -> None:
    load = load_of(wire, searches=["terraform"], results_per_search=2)
    assert len(walk(load)["modules"]) == 2
    assert load.notes == {"search terraform": "only the first 2 modules are loaded"}


def test_a_namespace_of_nobody_is_a_failure_and_the_others_are_loaded(wire: Wire) -> None:
    load = load_of(wire, namespaces=["nobody-at-all", "beacon-example"])
    assert walk(load)["modules"]
    assert load.failures == {
        "nobody-at-all": "the Terraform Registry has no modules or providers of this namespace",
    }


@pytest.mark.parametrize("fault", [*TerraformRegistry.FAILURES, "no connection"])
def test_a_request_that_fails_once_is_asked_again(
    wire: Wire, slept: list[float], monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    monkeypatch.setenv("RUNTIME__REQUEST_BACKOFF_FACTOR", "1.5")
    failed: set[Any] = set()

    def once(request: ApiRequest) -> str | BaseException | None:
        asked = (request.path, str(request.query))
        if asked in failed:
            return None
        failed.add(asked)
        return NoConnection("reset") if fault == "no connection" else fault

    wire.fault = once
    load = load_of(wire, namespaces=["beacon-example"])
    assert len(walk(load)["modules"]) == 3
    assert load.failures == {}
    assert set(slept) == {7.0 if fault == "slow down" else 1.5}


def test_one_thing_that_always_fails_costs_nothing_else(wire: Wire, slept: list[float]) -> None:
    module = wire.registry.community.creators.modules[0]
    name = f"{module.namespace}/{module.name}/{module.provider}"
    wire.fault = lambda r: "load shedding" if r.path == f"/v2/modules/{name}/downloads/summary" else None
    load = load_of(wire)
    assert ids(walk(load)) == expected(wire.registry.community) - Counter([name.lower()])
    (said,) = load.failures.values()
    assert list(load.failures) == [name.lower()]
    assert said.startswith("http://127.0.0.1:9/v2/modules/")
    assert "answers 503" in said


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("slow down", "asks to slow down (429 Too Many Requests); try again in 7 seconds"),
        ("bad gateway", "answers 502"),
        ("page of HTML", "answers no JSON, or half of it; try again later"),
        ("no connection", "(TERRAFORM_REGISTRY_URL) cannot be reached: reset"),
    ],
)
def test_a_registry_that_is_down_is_one_plain_sentence_and_few_requests(
    wire: Wire, slept: list[float], fault: str, said: str
) -> None:
    wire.fault = lambda _: NoConnection("reset") if fault == "no connection" else fault
    with pytest.raises(UnavailableError) as error:
        walk(load_of(wire))
    assert said in str(error.value)
    assert len(wire.asked) <= 3 * 2


def test_another_server_than_the_registry_is_told(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (RestAnswer(200, {"hello": "world"}), RestAnswer(404, "<html>Not here</html>")):
        monkeypatch.setattr(wire.registry, "answer", lambda _, answer=answer: answer)
        with pytest.raises(SourceError, match="is TERRAFORM_REGISTRY_URL right"):
            walk(load_of(wire))


def test_a_load_that_dies_at_any_request_goes_on_without_asking_for_what_it_has(wire: Wire) -> None:
    whole = walk(load_of(wire))
    requests = len(wire.asked)
    for dies_at in range(1, requests, 5):
        state: State = {}
        left = iter(range(dies_at))
        wire.asked.clear()
        wire.fault = lambda _, left=left: None if next(left, None) is not None else KeyboardInterrupt()
        stored: list[Found] = []
        with pytest.raises(KeyboardInterrupt):
            stored.append(walk(load_of(wire, requests_per_chunk=9), state))
        wire.fault = lambda _: None
        wire.asked.clear()
        done = {key for kept in state.get("walk", {}).get("done", {}).values() for key in kept}
        stored.append(walk(load_of(wire, requests_per_chunk=9), state))
        assert ids(stored[-1]) == ids(whole) - Counter(done)
        assert "walk" not in state


def test_a_walk_that_was_left_long_ago_begins_anew(wire: Wire) -> None:
    state: State = {}
    whole = walk(load_of(wire), state)
    state["walk"] = {
        "started_at": (datetime.now(UTC) - timedelta(days=1)).isoformat(),
        "done": {"modules": [row["module_id"] for row in whole["modules"]]},
    }
    assert ids(walk(load_of(wire), state)) == ids(whole)


ANY_LOAD = TerraformRegistryLoad(url="http://127.0.0.1:9")
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.text(max_size=5) | st.just("\ud800"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)


@settings(max_examples=60)
@given(data=st.data())
def test_facts_of_any_form_are_stored_or_null(data: st.DataObject) -> None:
    keys = ("description", "source", "version", "published_at", "verified", "downloads", "versions", "tier", "unlisted")
    node = {key: data.draw(JUNK) for key in keys} | {"namespace": "A\ud800", "name": "b", "provider": "c"}
    summary = {key: data.draw(JUNK) for key in ("total", "week", "month", "year")}
    row = rows.module(node, summary, ANY_LOAD.observation())
    ANY_LOAD.batch([row], schemas.MODULES)
    ANY_LOAD.batch([rows.provider("1", node, node, summary, ANY_LOAD.observation())], schemas.PROVIDERS)
    ANY_LOAD.batch(rows.versions("module", row, node, ANY_LOAD.observation()), schemas.VERSIONS)


@pytest.mark.parametrize("value", ["2021-06-08T15:02:40.123456789Z", "2021-06-08T17:02:40.123456+02:00"])
def test_times_are_read_to_the_microsecond(value: str) -> None:
    assert rows._moment(value) == "2021-06-08T15:02:40.123456+00:00"


@pytest.fixture
def served(community: Community) -> Iterator[TerraformRegistry]:
    with serve(community) as sandbox:
        yield sandbox.terraform_registry


def into_raw(registry: TerraformRegistry, data: Path) -> Paths:
    """Run one load as the asset does."""
    section = TerraformRegistrySection(**registry.section)
    return run_load(terraform_registry_connector(Settings(data_dir=data, terraform_registry=section)), data)


def test_loads_append_observations_without_those_who_asked_to_be_forgotten(
    served: TerraformRegistry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setenv("TERRAFORM_REGISTRY_URL", served.url)
    suppress(Paths(tmp_path), "terraform_registry", "platform-example")
    ids = "select module_id from raw.modules union all select provider_id from raw.providers"
    known = Counter({key: 1 for key in expected(served.community) if not key.startswith("platform-example/")})

    def stored() -> Counter[str]:
        return Counter(key for (key,) in raw_rows(Paths(tmp_path), ids, "terraform_registry"))

    paths = into_raw(served, tmp_path)
    assert stored() == known
    for row in served.community.creators.modules:
        row.downloads += 1
    into_raw(served, tmp_path)
    assert stored() == known + known
    again = "select count(*) - count(distinct (kind, artifact_id, version)) from raw.versions"
    assert raw_rows(paths, again, "terraform_registry") == [(0,)]
    assert raw_rows(paths, "select outcome from raw.loads", "terraform_registry") == [("complete",)] * 2
    monkeypatch.setenv("TERRAFORM_REGISTRY_URL", "http://127.0.0.1:9")
    with pytest.raises(Failure, match="TERRAFORM_REGISTRY_URL"):
        into_raw(served, tmp_path)
    assert stored() == known + known
