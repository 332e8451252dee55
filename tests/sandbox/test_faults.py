"""Requests that fail for a while: each kind as a plain client meets it, and that the draw keeps its word."""

from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from community_assets.sandbox import TRANSIENT, Community, Faults, Sandbox, serve
from tests.sandbox.client import get, graphql, headers

NOW = 1_000.0
STARS = "/repos/beacon-example/beacon/stargazers?per_page=50"
QUERY = """query($ids: [ID!]!) {
  repository(owner: "beacon-example", name: "beacon") { id forks(first: 20) { nodes { id } } }
  nodes(ids: $ids) { id } rateLimit { remaining } }"""
SECONDARY = "You have exceeded a secondary rate limit"


@pytest.fixture(scope="module")
def double(community: Community) -> Iterator[Sandbox]:
    with serve(community, clock=lambda: NOW) as running:
        yield running


def failing(sandbox: Sandbox, kind: str, seed: int = 1) -> None:
    sandbox.faults = Faults(seed, share=1.0, kinds=[kind], most_in_a_row=1_000_000)


def post(sandbox: Sandbox) -> requests.Response:
    body = {"query": QUERY, "variables": {"ids": [sandbox.community.viewer.id] * 5}}
    return requests.post(sandbox.graphql_url, json=body, headers=headers(sandbox), timeout=10)


def seen(sandbox: Sandbox, kind: str, api: str, times: int = 24) -> list[requests.Response]:
    """Return what a client is answered when every request fails in one way."""
    failing(sandbox, kind)
    try:
        return [post(sandbox) if api == "graphql" else get(sandbox, STARS) for _ in range(times)]
    finally:
        assert sandbox.faults
        assert sandbox.faults.served == {kind: times}
        sandbox.faults = None


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_the_primary_limit_tells_when_to_ask_again_and_drains_nothing(double: Sandbox, api: str) -> None:
    left = int(get(double, "/rate_limit").json()["resources"]["core"]["remaining"])
    answers = seen(double, "primary limit", api)
    for answer in answers:
        assert answer.headers["x-ratelimit-remaining"] == "0"
        assert answer.headers["x-ratelimit-reset"] == "1030"
        assert answer.headers["x-ratelimit-used"] == answer.headers["x-ratelimit-limit"]
        assert "retry-after" not in answer.headers
    if api == "graphql":
        assert {a.status_code for a in answers} == {200}
        assert {a.json()["errors"][0]["type"] for a in answers} == {"RATE_LIMITED"}
    else:
        assert {a.status_code for a in answers} == {403, 429}
        assert all("rate limit exceeded" in a.json()["message"] for a in answers)
    assert int(get(double, "/rate_limit").json()["resources"]["core"]["remaining"]) == left


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_the_secondary_limit_tells_how_long_to_wait(double: Sandbox, api: str) -> None:
    answers = seen(double, "secondary limit", api)
    assert {a.status_code for a in answers} == {403, 429}
    assert all(1 <= int(a.headers["retry-after"]) <= 4 for a in answers)
    assert all(SECONDARY in a.json()["message"] for a in answers)


@pytest.mark.parametrize(("api", "statuses"), [("rest", {403}), ("graphql", {200, 403})])
def test_the_secondary_limit_may_tell_nothing(double: Sandbox, api: str, statuses: set[int]) -> None:
    answers = seen(double, "secondary limit without Retry-After", api)
    assert {a.status_code for a in answers} == statuses
    for answer in answers:
        assert "retry-after" not in answer.headers
        assert int(answer.headers["x-ratelimit-remaining"]) > 0
        assert SECONDARY in answer.text
        if answer.status_code == 200:
            assert "data" not in answer.json()


@pytest.mark.parametrize("api", ["rest", "graphql"])
@pytest.mark.parametrize(
    ("kind", "forms"),
    [
        ("500", {"application/json"}),
        ("502", {"text/html; charset=utf-8"}),
        ("503", {"application/json"}),
        ("504", {"application/json", "text/html; charset=utf-8"}),
    ],
)
def test_the_server_fails_in_json_or_html(double: Sandbox, api: str, kind: str, forms: set[str]) -> None:
    answers = seen(double, kind, api)
    assert {a.status_code for a in answers} == {int(kind)}
    assert {a.headers["content-type"] for a in answers} == forms


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_a_connection_breaks_in_the_middle_of_the_body(double: Sandbox, api: str) -> None:
    with pytest.raises(requests.exceptions.ChunkedEncodingError, match="IncompleteRead"):
        seen(double, "dropped", api, times=1)
    assert get(double, "/user").status_code == 200


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_a_connection_breaks_before_any_byte(double: Sandbox, api: str) -> None:
    with pytest.raises(requests.exceptions.ConnectionError, match="without response|reset by peer"):
        seen(double, "no answer", api, times=1)
    assert get(double, "/user").status_code == 200


def test_a_broken_connection_of_an_answer_without_a_body_is_no_answer(small: Community) -> None:
    with serve(small) as sandbox:
        sandbox.contributors = "empty"
        for kind in ("dropped", "truncated"):
            failing(sandbox, kind)
            with pytest.raises(requests.exceptions.ConnectionError):
                get(sandbox, "/repos/beacon-example/beacon/contributors")


def test_broken_connections_leave_no_trace_in_the_log(
    double: Sandbox, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    for kind in ("dropped", "no answer"):
        with pytest.raises(requests.exceptions.RequestException):
            seen(double, kind, "rest", times=1)
    assert caplog.text + "".join(capfd.readouterr()) == ""


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_half_of_the_json_comes_as_if_it_were_all(double: Sandbox, api: str) -> None:
    [answer] = seen(double, "truncated", api, times=1)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert int(answer.headers["content-length"]) == len(answer.content) > 0
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        answer.json()


@pytest.mark.parametrize(("kind", "type_"), [("partial", None), ("resource limits", "RESOURCE_LIMITS_EXCEEDED")])
def test_a_query_is_answered_in_part_with_an_error(double: Sandbox, kind: str, type_: str | None) -> None:
    forms = Counter[str]()
    for answer in seen(double, kind, "graphql"):
        assert answer.status_code == 200
        data, [error] = answer.json()["data"], answer.json()["errors"]
        assert error.get("type") == type_
        assert ("Something went wrong" in error["message"]) == (type_ is None)
        assert data["rateLimit"]["remaining"] > 0
        if data["repository"] is None:
            forms["all"] += 1
            assert data["nodes"] == [None] * 5
        else:
            forks = data["repository"]["forks"]["nodes"]
            assert (len(forks), len(data["nodes"])) == (20, 5)
            forms["forks" if None in forks else "nodes"] += 1
            assert (None in forks) != (None in data["nodes"])
            assert any(forks)
            assert any(data["nodes"])
    assert forms.keys() == {"all", "forks", "nodes"}


@pytest.mark.parametrize(("kind", "status"), [("partial", 500), ("resource limits", 502)])
def test_a_path_has_no_parts_and_fails_as_a_whole(double: Sandbox, kind: str, status: int) -> None:
    assert {a.status_code for a in seen(double, kind, "rest", times=3)} == {status}


def test_what_may_not_be_null_takes_all_data_with_it(double: Sandbox) -> None:
    failing(double, "partial")
    answer = graphql(double, "{ viewer { login } }")
    double.faults = None
    assert answer["data"] is None


@pytest.mark.parametrize("api", ["rest", "graphql"])
def test_an_error_may_repeat_the_token(double: Sandbox, api: str) -> None:
    [answer] = seen(double, "echo", api, times=1)
    assert answer.status_code == 500
    assert double.token in answer.text


def test_who_is_not_let_in_meets_no_fault(double: Sandbox) -> None:
    failing(double, "500")
    stranger = requests.get(f"{double.api_url}/user", timeout=10)
    assert double.faults
    assert (stranger.status_code, double.faults.served) == (401, Counter())
    double.faults = None


def test_every_kind_is_drawn_and_about_the_share_that_is_asked_for() -> None:
    faults = Faults(seed=7, share=0.2)
    drawn = [faults.draw(number) for number in range(5_000)]
    assert {kind for kind in drawn if kind} == set(TRANSIENT) == faults.served.keys()
    assert 0.18 < sum(kind is not None for kind in drawn) / len(drawn) < 0.22
    assert faults.served == Counter(kind for kind in drawn if kind)


@given(st.integers(), st.floats(0, 1), st.integers(0, 4), st.lists(st.integers(0, 2), max_size=200))
@settings(deadline=None)
def test_the_same_request_never_fails_more_often_in_a_row_than_allowed(
    seed: int, share: float, most: int, asked: list[int]
) -> None:
    faults, again = (Faults(seed, share, most_in_a_row=most) for _ in range(2))
    drawn = [(request, faults.draw(request)) for request in asked]
    assert drawn == [(request, again.draw(request)) for request in asked]
    for request in set(asked):
        runs = groupby(kind is not None for other, kind in drawn if other == request)
        assert all(len(list(run)) <= most for failed, run in runs if failed)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\['418'\]"):
        Faults(1, kinds=["500", "418"])


def test_a_client_that_asks_again_gets_everything_in_spite_of_all_faults(small: Community) -> None:
    def insist(sandbox: Sandbox, url: str) -> requests.Response:
        for _ in range(4):
            try:
                answer = get(sandbox, url)
                rows: Any = answer.json()
            except (requests.exceptions.RequestException, ValueError):
                continue
            if answer.status_code == 200 and isinstance(rows, list):
                return answer
        raise AssertionError("failed more than three times in a row")

    url, ids = "/repos/beacon-example/beacon/subscribers?per_page=1", []
    with serve(small) as sandbox:
        sandbox.faults = Faults(seed=3, share=0.6)
        while url:
            answer = insist(sandbox, url)
            ids += [row["node_id"] for row in answer.json()]
            url = answer.links.get("next", {}).get("url", "").removeprefix(sandbox.api_url)
        assert sandbox.faults.served.total() > 0
    assert ids == small.projects[0].watchers
