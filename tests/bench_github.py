"""What loading from GitHub costs, against doubles in processes of their own.

What belongs here: the source's rows of the table of `bench.py`. The doubles are `github_double.py`.
"""

import json
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from math import ceil
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import urlsplit

import duckdb
import urllib3
from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter

from community_assets.sandbox import Community, serve
from community_assets.sandbox.community import by_time
from community_assets.sandbox.entities import Project, Star, User
from community_assets.sandbox.github_limits import Quota
from community_assets.sandbox.threads import Threads
from community_assets.settings import GithubSection, Paths
from tests.github_double import REPOSITORY, Key, Tape, operation
from tests.loading import load, raw_rows

Row = tuple[str, str, str, str]
STARGAZERS = 10_000
LATENCY = 0.05
TIMES = 3
AMPLE = Quota(points=1_000_000, seconds=3_600)
PEOPLE = "select count(distinct user_id) from raw.users where is_found"


def ask_github(folder: Path) -> Iterator[Row]:
    """Requests and points of a first load and of a refresh; time of a first load beside only fetching its answers."""
    folder = folder / "github"
    folder.mkdir()
    community, project = starred_by(STARGAZERS)
    name = project.name_with_owner
    with serve(community, quota=AMPLE) as served, environment(served.token, served.api_url):
        with recording(served.api_url) as tape:
            paths = load(folder / "recorded", [name])
        yield beside_ghrr(project, served.requests)
        before = served.points
        load(folder / "recorded", [name])
        yield "points of a refresh with nothing new, a repository", f"{served.points - before:,}", "", ""
        leave_only_stars(project)
        before = served.points + ceil(STARGAZERS / 100)
        load(folder / "stars", [name])
        yield f"points for {STARGAZERS:,} stargazers beyond their pages", f"{served.points - before:,}", "", ""
    (folder / "tape").write_bytes(pickle.dumps(tape))
    with environment(served.token, served.api_url), double(served.api_url, LATENCY, folder / "tape"):
        floor = min(fetch(served.api_url, tape) for _ in range(TIMES))
        ours, cpu = zip(*(first_load(folder / str(n), name, paths) for n in range(TIMES)), strict=True)
    what = f"load {STARGAZERS:,} stargazers at {1_000 * LATENCY:.0f} ms an answer; floor: only fetching"
    yield what, f"{min(ours):.2f} s", f"{floor:.2f} s", f"{min(ours) / floor:.2f}"
    people = raw_rows(paths, PEOPLE)[0][0]
    yield "client CPU for 1,000 people", f"{min(cpu) / people * 1_000:.2f} s", "", ""


def load_many(folder: Path) -> Iterator[Row]:
    """Peak memory of the source alone for as many stargazers of one repository as BENCH_PEOPLE says."""
    folder = folder / "many"
    folder.mkdir()
    people = int(os.environ.get("BENCH_PEOPLE", "0"))
    if not people:
        yield "memory for many people", "skipped", "set BENCH_PEOPLE=200000", ""
        return
    start = time.perf_counter()
    with double("http://127.0.0.1:0", 0, people) as url, (folder / "log").open("wb") as log:
        command = [sys.executable, "-W", "ignore", "-m", "community_assets.sources.github", REPOSITORY]
        known = os.environ | {"GITHUB_TOKEN": "token", "GITHUB_API_URL": url}
        process = subprocess.Popen(command, cwd=folder, env=known, stderr=log)
        _, status, usage = os.wait4(process.pid, 0)
    assert status == 0, (folder / "log").read_text()[-1_000:]
    with duckdb.connect(folder / "github.duckdb", read_only=True) as db:
        assert db.execute(PEOPLE).fetchall() == [(people,)]
        assert db.execute("select count(distinct user_id) from raw.stargazers").fetchall() == [(people,)]
    peak = usage.ru_maxrss / (1_000_000 if sys.platform == "darwin" else 1_000)
    took, cpu = time.perf_counter() - start, usage.ru_utime + usage.ru_stime
    yield f"peak memory for {people:,} people, in {took:.0f} s with {cpu:.0f} s of CPU", f"{peak:,.0f} MB", "", ""


def starred_by(people: int) -> tuple[Community, Project]:
    """A community, and its first repository with so many stars, of accounts that are still there."""
    community = Community.generate(people=people)
    project = community.projects[0]
    known = {star.user_id: star for star in project.stars}
    users = [account.id for account in community.accounts.values() if isinstance(account, User)][:people]
    project.stars = sorted((known.get(user, Star(project.created_at, user)) for user in users), key=by_time)
    return community, project


def leave_only_stars(project: Project) -> None:
    """Take everything but the stars from a repository."""
    for people in (project.watchers, project.forks, project.contributors):
        people.clear()
    project.issues, project.pull_requests, project.discussions = Threads(), Threads(), Threads()


def beside_ghrr(project: Project, requests: int) -> Row:
    """Requests beside those of GHRR: a list of 100 logins a page, then the profile and the organizations of each."""
    roles = (project.stars, project.watchers, project.contributors)
    one_by_one = sum(ceil(len(people) / 100) + 2 * len(people) for people in roles)
    what = f"requests for {STARGAZERS:,} stargazers and all others of their repository; peer: GHRR"
    return what, f"{requests:,}", f"{one_by_one:,}", f"1/{one_by_one / requests:.0f}"


def first_load(data: Path, name: str, expected: Paths) -> tuple[float, float]:
    """Load all of a repository into an empty folder: wall time and CPU of this process, in seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    paths = load(data, [name])
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    for table in ("stargazers", "activities", "users", "deep_profiles"):
        query = f"select count(*), count(distinct user_id) from raw.{table}"
        assert raw_rows(paths, query) == raw_rows(expected, query), table
    return wall, cpu


def fetch(url: str, tape: Tape) -> float:
    """Wall time of fetching what is on a tape, each page after the one whose cursor leads to it, and keeping nothing.

    What must be known before profiles can be asked for is waited for as the source does: the lists before the base
    profiles, and these before the deep ones.
    """
    at_once = GithubSection().requests_at_once
    http = urllib3.PoolManager(maxsize=at_once, block=True)

    def follow(chain: list[Key]) -> None:
        for method, path, body in chain:
            assert http.request(method, url + path, body=body).status == 200

    start = time.perf_counter()
    with ThreadPoolExecutor(at_once) as pool:
        for phase in chains(tape):
            list(pool.map(follow, phase))
    return time.perf_counter() - start


def chains(tape: Tape) -> Iterator[list[list[Key]]]:
    """The requests of a tape in lists that can be asked for side by side, the longest first; phase after phase."""
    phases: dict[str, dict[object, list[Key]]] = {"Repository": {}, "": {}, "Profiles": {}, "DeepProfiles": {}}
    for key in tape:
        _, path, body = key
        asked = operation(body)
        if asked in phases:
            chain: object = key if asked else path.partition("?")[0]
        else:
            chain = asked, json.loads(body)["variables"].get("id")
        phases[asked if asked in phases else ""].setdefault(chain, []).append(key)
    for found in phases.values():
        yield sorted(found.values(), key=len, reverse=True)


@contextmanager
def recording(url: str) -> Iterator[Tape]:
    """Keep every answer of a server."""
    tape: Tape = {}
    send = HTTPAdapter.send

    def keep(adapter: HTTPAdapter, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        response = send(adapter, request, *args, **options)
        if str(request.url).startswith(url):
            body = request.body or b""
            # The double counts the bytes itself; the connection is its own.
            own = {"content-length", "connection", "date", "transfer-encoding"}
            headers = [(k.encode(), v.encode()) for k, v in response.headers.items() if k.lower() not in own]
            assert isinstance(body, bytes)
            tape[str(request.method), request.path_url, body] = response.status_code, headers, response.content
        return response

    with mock.patch.object(HTTPAdapter, "send", keep):
        yield tape


@contextmanager
def double(url: str, latency: float, what: Path | int) -> Iterator[str]:
    """Serve a tape, or so many people, at the address of `url` (port 0 takes a free one); yields the base URL."""
    with socket.create_server(("127.0.0.1", urlsplit(url).port or 0), backlog=512) as listener:
        arguments = [str(listener.fileno()), str(latency), str(what)]
        command = [sys.executable, "-m", "tests.github_double", *arguments]
        process = subprocess.Popen(command, pass_fds=[listener.fileno()])
        try:
            address = f"http://127.0.0.1:{listener.getsockname()[1]}"
            urllib3.request("GET", address)  # answered as soon as it runs
            yield address
        finally:
            process.terminate()
            process.wait()


@contextmanager
def environment(token: str, api_url: str) -> Iterator[None]:
    """Point the environment at a sandbox."""
    os.environ |= {"GITHUB_TOKEN": token, "GITHUB_API_URL": api_url}
    try:
        yield
    finally:
        del os.environ["GITHUB_TOKEN"], os.environ["GITHUB_API_URL"]
