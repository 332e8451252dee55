"""The sandbox as a server: who is let in, what is counted, and that it stays on this machine."""

import http.client
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from community_assets.sandbox import Community, RequestInfo, Sandbox, serve
from community_assets.sandbox.github_limits import Quota
from tests.sandbox.client import get, graphql, headers

VIEWER = "query Me { viewer { login } }"


@pytest.mark.parametrize("path", ["/user", "/rate_limit", "/graphql"])
@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "Requires authentication"),
        ("Bearer wrong", "Bad credentials"),
        ("Bearer \xff", "Bad credentials"),
        ("Basic abc", "Bad credentials"),
    ],
)
def test_only_the_token_is_let_in(sandbox: Sandbox, path: str, authorization: str | None, message: str) -> None:
    method = "POST" if path == "/graphql" else "GET"
    given = {"Authorization": authorization} if authorization else {}
    response = requests.request(method, sandbox.api_url + path, json={"query": VIEWER}, headers=given, timeout=10)
    assert response.status_code == 401
    assert response.json()["message"] == message


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "token"])
def test_the_token_is_let_in_by_either_scheme(sandbox: Sandbox, scheme: str) -> None:
    given = {"Authorization": f"{scheme} {sandbox.token}"}
    assert requests.get(f"{sandbox.api_url}/user", headers=given, timeout=10).status_code == 200


def test_a_request_without_user_agent_is_refused(sandbox: Sandbox) -> None:
    connection = http.client.HTTPConnection(sandbox.api_url.removeprefix("http://"), timeout=10)
    connection.request("GET", "/user", headers=headers(sandbox))
    response = connection.getresponse()
    assert response.status == 403
    assert b"User-Agent" in response.read()
    connection.close()


def test_each_sandbox_has_a_token_and_an_address_of_its_own(community: Community, sandbox: Sandbox) -> None:
    with serve(community) as other:
        assert other.token != sandbox.token
        assert other.api_url != sandbox.api_url
        assert requests.get(f"{other.api_url}/user", headers=headers(sandbox), timeout=10).status_code == 401


def test_every_answer_tells_the_rate_limit(sandbox: Sandbox) -> None:
    for response, resource in [
        (get(sandbox, "/user"), "core"),
        (get(sandbox, "/nothing"), "core"),
        (requests.get(f"{sandbox.api_url}/user", timeout=10), "core"),
        (requests.post(sandbox.graphql_url, json={"query": VIEWER}, headers=headers(sandbox), timeout=10), "graphql"),
    ]:
        told = {name: response.headers[f"x-ratelimit-{name}"] for name in ("limit", "used", "remaining", "resource")}
        assert told["resource"] == resource
        assert int(told["used"]) + int(told["remaining"]) == int(told["limit"]) == 5_000
        assert 0 < int(response.headers["x-ratelimit-reset"]) - time.time() <= 3_601


def test_over_the_limit_graphql_answers_200_with_an_error_and_rest_403(community: Community) -> None:
    with serve(community, quota=Quota(points=2, seconds=3_600)) as sandbox:
        for _ in range(2):
            assert get(sandbox, "/user").status_code == 200
            assert "data" in graphql(sandbox, VIEWER)
        refused = get(sandbox, "/user")
        limited = graphql(sandbox, VIEWER)
        state = get(sandbox, "/rate_limit")
    assert refused.status_code == 403
    assert refused.headers["x-ratelimit-remaining"] == "0"
    assert "rate limit exceeded" in refused.json()["message"]
    assert [error["type"] for error in limited["errors"]] == ["RATE_LIMITED"]
    assert "data" not in limited
    assert state.status_code == 200
    assert [state.json()["resources"][name]["remaining"] for name in ("core", "graphql")] == [0, 0]
    assert sandbox.points == 2


def test_the_next_window_answers_again(community: Community) -> None:
    with serve(community, quota=Quota(points=1, seconds=0.2)) as sandbox:
        assert get(sandbox, "/user").status_code == 200
        time.sleep(0.25)
        core = get(sandbox, "/rate_limit").json()["resources"]["core"]
        assert (core["used"], core["remaining"]) == (0, 1)
        assert get(sandbox, "/user").status_code == 200


def test_windows_of_the_limit_follow_the_clock_that_is_given(community: Community) -> None:
    now = 1_000.0
    with serve(community, quota=Quota(points=1, seconds=60), clock=lambda: now) as sandbox:
        spent = get(sandbox, "/user")
        refused = get(sandbox, "/user").status_code
        now += 60
        again = get(sandbox, "/user")
    assert (spent.headers["x-ratelimit-reset"], refused) == ("1060", 403)
    assert (again.status_code, again.headers["x-ratelimit-reset"]) == (200, "1120")


def test_requests_are_numbered_and_described_before_they_are_answered(community: Community) -> None:
    seen: list[tuple[int, RequestInfo]] = []
    with serve(community, on_request=lambda number, info: seen.append((number, info))) as sandbox:
        graphql(sandbox, VIEWER, unused=1)
        get(sandbox, "/rate_limit")
        requests.get(f"{sandbox.api_url}/user", timeout=10)
        requests.post(sandbox.graphql_url, data=b"[", headers=headers(sandbox), timeout=10)
        assert sandbox.requests == 4
    assert seen == [
        (1, RequestInfo("POST", "/graphql", "Me", {"unused": 1})),
        (2, RequestInfo("GET", "/rate_limit")),
        (3, RequestInfo("GET", "/user")),
        (4, RequestInfo("POST", "/graphql")),
    ]


def test_a_client_can_be_stopped_before_its_request_is_answered(community: Community) -> None:
    asked = threading.Event()
    client: list[subprocess.Popen[bytes]] = []

    def kill(number: int, _info: RequestInfo) -> None:
        if number == 1:
            client[0].kill()
            client[0].wait()
            asked.set()

    script = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1]); print('answered')"
    with serve(community, on_request=kill) as sandbox:
        command = [sys.executable, "-c", "input()\n" + script, f"{sandbox.api_url}/user"]
        client.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE))
        out, _ = client[0].communicate(b"\n", timeout=20)
        assert asked.wait(10)
        assert get(sandbox, "/user").status_code == 200
    assert out == b""
    assert client[0].returncode == -9


def test_latency_delays_each_answer_but_not_the_others(community: Community) -> None:
    with serve(community, latency=0.2) as sandbox, ThreadPoolExecutor(8) as pool:
        start = time.perf_counter()
        answers = list(pool.map(lambda _: get(sandbox, "/user").status_code, range(8)))
        took = time.perf_counter() - start
    assert answers == [200] * 8
    assert 0.2 <= took < 1.0


def test_it_listens_on_loopback_only_and_stops_with_its_block(community: Community) -> None:
    with serve(community) as sandbox:
        host, port = sandbox.api_url.removeprefix("http://").split(":")
        assert host == "127.0.0.1"
        with pytest.raises(OSError, match="in use"):
            serve(community, port=int(port)).__enter__()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((host, int(port)), timeout=2)
    with serve(community, port=int(port)) as again:
        assert get(again, "/user").status_code == 200


def test_changes_to_the_community_show_in_the_next_answer(small: Community) -> None:
    with serve(small) as sandbox:
        before = graphql(sandbox, VIEWER)
        small.rename_account(small.viewer, "another-name")
        assert graphql(sandbox, VIEWER)["data"]["viewer"]["login"] == "another-name" != before
        assert get(sandbox, "/users/another-name").status_code == 200


def test_importing_the_sandbox_loads_neither_dagster_nor_dbt_nor_dlt() -> None:
    script = (
        "import sys, community_assets.sandbox as s; s.Community.generate(5);"
        "print({m.split('.')[0] for m in sys.modules} & {'dagster', 'dbt', 'dlt', 'duckdb', 'polars', 'pyarrow'})"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "set()"
