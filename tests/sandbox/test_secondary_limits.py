"""Asking too much: at once, within a minute, in one query, too far back, and what always fails."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from community_assets.sandbox import Community, RequestInfo, serve
from community_assets.sandbox.github_secondary import SecondaryLimits
from tests.sandbox.client import get, graphql, headers

NODES = "query Nodes($ids: [ID!]!) { nodes(ids: $ids) { id } rateLimit { cost nodeCount } }"


@pytest.mark.parametrize(("resource", "points"), [("core", 900), ("graphql", 2_000)])
def test_a_minute_holds_so_many_requests_and_slides(resource: str, points: int) -> None:
    now = 0.0
    limits = SecondaryLimits(lambda: now)

    def ask() -> int | None:
        with limits.request(resource) as retry_after:
            return retry_after

    assert [ask() for _ in range(points - 1)] == [None] * (points - 1)
    now = 30.5
    assert [ask(), ask(), ask()] == [None, 30, 30]
    assert limits.refusals == 2
    now = 60.0
    assert [ask() for _ in range(points)] == [None] * (points - 1) + [31]
    assert limits.most_at_once == 1


def test_what_is_refused_for_asking_too_fast_looks_like_githubs(small: Community) -> None:
    now = 0.0
    with serve(small, clock=lambda: now) as sandbox, requests.Session() as session:
        url, own = f"{sandbox.api_url}/users/zz--zz", headers(sandbox)
        statuses = {session.get(url, headers=own, timeout=10).status_code for _ in range(900)}
        refused = session.get(url, headers=own, timeout=10)
        other = graphql(sandbox, "{ viewer { login } }")
        assert sandbox.secondary_refusals == 1
        now = 60.0
        again = session.get(url, headers=own, timeout=10)
    assert statuses == {404}
    assert (refused.status_code, refused.headers["retry-after"]) == (403, "60")
    assert "exceeded a secondary rate limit" in refused.json()["message"]
    assert int(refused.headers["x-ratelimit-remaining"]) > 0
    assert other["data"]
    assert again.status_code == 404


def test_more_than_a_hundred_requests_at_once_are_refused(small: Community) -> None:
    arrived, all_there = [0], threading.Event()

    def count(number: int, _info: RequestInfo) -> None:
        arrived[0] = number
        if number == 101:
            all_there.set()

    with serve(small, latency=3.0, on_request=count) as sandbox, ThreadPoolExecutor(101) as pool:
        waiting = [pool.submit(get, sandbox, "/user") for _ in range(101)]
        assert all_there.wait(20)
        statuses = sorted(answer.result().status_code for answer in waiting)
        assert (sandbox.most_at_once, sandbox.secondary_refusals) == (101, 1)
    assert statuses == [200] * 100 + [403]


def test_one_client_that_waits_for_its_answers_is_never_two_at_once(small: Community) -> None:
    with serve(small, latency=0.01) as sandbox:
        for _ in range(3):
            get(sandbox, "/user")
        assert (sandbox.most_at_once, sandbox.secondary_refusals) == (1, 0)


def test_chosen_requests_are_stalled_and_no_others(small: Community) -> None:
    with serve(small) as sandbox:
        sandbox.stall, sandbox.stalled = 0.4, {2}
        times = []
        for _ in range(3):
            start = time.perf_counter()
            get(sandbox, "/user")
            times.append(time.perf_counter() - start)
    assert [took >= 0.4 for took in times] == [False, True, False]


def test_a_query_that_names_a_poisonous_record_always_fails(small: Community) -> None:
    poison, *others = list(small.accounts)[:5]
    literal = f'{{ node(id: "{poison}") {{ id }} }}'
    with serve(small) as sandbox:
        sandbox.poison.add(poison)
        bodies = [
            {"query": NODES, "variables": {"ids": [*others, poison]}},
            {"query": NODES, "variables": {"ids": [poison]}},
            {"query": literal},
        ]
        answers = [requests.post(sandbox.graphql_url, json=b, headers=headers(sandbox), timeout=10) for b in bodies * 2]
        assert [node["id"] for node in graphql(sandbox, NODES, ids=others)["data"]["nodes"]] == others
        sandbox.poison.clear()
        assert graphql(sandbox, literal)["data"]["node"] == {"id": poison}
    assert {a.status_code for a in answers} == {502}
    assert {a.headers["content-type"] for a in answers} == {"text/html; charset=utf-8"}


def test_a_query_over_the_resource_limit_is_answered_in_part_and_charged(small: Community) -> None:
    ids = list(small.accounts)[:60]
    with serve(small) as sandbox:
        sandbox.heaviest = 40
        heavy = graphql(sandbox, NODES, ids=ids)
        assert sandbox.points == 1
        light = graphql(sandbox, NODES, ids=ids[:40])
        assert sandbox.points == 2
    assert [error["type"] for error in heavy["errors"]] == ["RESOURCE_LIMITS_EXCEEDED"]
    assert len(heavy["data"]["nodes"]) == 60
    assert None in heavy["data"]["nodes"]
    assert heavy["data"]["rateLimit"] == {"cost": 1, "nodeCount": 60}
    assert [node["id"] for node in light["data"]["nodes"]] == ids[:40]
    assert "errors" not in light


def test_pages_far_back_are_refused(small: Community) -> None:
    path = "/repos/beacon-example/beacon/stargazers?per_page=1"
    with serve(small) as sandbox:
        assert [get(sandbox, f"{path}&page={page}").status_code for page in (400, 401)] == [200, 422]
        sandbox.most_rest_pages = 3
        first, last, beyond = (get(sandbox, f"{path}&page={page}") for page in (1, 3, 4))
    assert (first.status_code, last.status_code, beyond.status_code) == (200, 200, 422)
    assert "pagination is limited for this resource" in beyond.json()["message"]
