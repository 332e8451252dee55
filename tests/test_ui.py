"""`heroes dev` in a browser: the graph, "Materialize all", schedules, and a tick of the sensor."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import requests

from community_assets.sandbox import Community, serve
from community_assets.settings import Paths

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(not CHROMIUM, reason="no chromium on this machine")
GRAPH = "{ assetNodes { assetKey { path } groupName dependencyKeys { path } } }"
RUNS = "{ runsOrError { ... on Runs { results { jobName status } } } }"
AUTOMATION = """{
  repositoriesOrError { ... on RepositoryConnection { nodes {
    schedules { name executionTimezone scheduleState { status } }
    sensors { name sensorState { status } }
  } } }
}"""


@dataclass
class Dev:
    """A running Dagster UI and the data directory that it works on."""

    url: str
    paths: Paths

    def ask(self, query: str) -> Any:
        answer = requests.post(f"{self.url}/graphql", json={"query": query}, timeout=60).json()
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def runs(self) -> list[tuple[str, str]]:
        return [(run["jobName"], run["status"]) for run in self.ask(RUNS)["runsOrError"]["results"]]


def wait_for(condition: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.5)
    raise AssertionError(f"{condition} did not come true in {seconds} s")


def is_up(url: str) -> bool:
    try:
        return requests.get(f"{url}/server_info", timeout=5).ok
    except requests.RequestException:
        return False


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    folder = tmp_path_factory.mktemp("dev")
    with serve(Community.generate(people=120, seed=5)) as sandbox, socket.socket() as free:
        repositories = ", ".join(f'"{name}"' for name in sandbox.community.repositories)
        (folder / "community.toml").write_text(f"[github]\nrepositories = [{repositories}]\n", "utf-8")
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        environment = {
            **os.environ,
            "COMMUNITY_CONFIG": str(folder / "community.toml"),
            "COMMUNITY_DATA_DIR": str(folder / "data"),
            "GITHUB_TOKEN": sandbox.token,
            "GITHUB_API_URL": sandbox.api_url,
        }
        command = [sys.executable, "-c", "from community_assets.cli import app; app()", "dev", "--port", str(port)]
        with (folder / "log.txt").open("w") as log:
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        try:
            url = f"http://127.0.0.1:{port}"
            wait_for(lambda: is_up(url), 120)
            yield Dev(url, Paths(folder / "data"))
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)


@pytest.fixture
def page(dev: Dev) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        page.goto(f"{dev.url}/asset-groups", wait_until="domcontentloaded")
        yield page
        browser.close()


def test_every_table_of_a_source_leads_to_the_published_file(dev: Dev, page: Any) -> None:
    nodes = {tuple(n["assetKey"]["path"]): n for n in dev.ask(GRAPH)["assetNodes"]}
    reached, frontier = set(), [("published", "overview")]
    while frontier:
        key = frontier.pop()
        reached.add(key)
        frontier += [tuple(parent["path"]) for parent in nodes[key]["dependencyKeys"]]
    assert reached == set(nodes)
    for group in ("github", "terraform_registry", "artifact_hub", "staging", "resolution", "marts", "published"):
        page.get_by_role("button", name=group).first.wait_for()


def test_materialize_all_succeeds(dev: Dev, page: Any) -> None:
    page.get_by_role("button", name="Materialize all").click()
    wait_for(dev.runs, 60)
    wait_for(lambda: dev.runs()[0][1] in ("SUCCESS", "FAILURE"), 240)
    assert [status for _, status in dev.runs()] == ["SUCCESS"]
    assert dev.paths.community.exists()
    page.goto(f"{dev.url}/assets/published/overview", wait_until="domcontentloaded")
    page.get_by_text("people by country").first.wait_for()


def test_schedules_and_the_sensor_are_on_with_a_time_zone(dev: Dev, page: Any) -> None:
    (repository,) = dev.ask(AUTOMATION)["repositoriesOrError"]["nodes"]
    schedules = {(s["name"], s["executionTimezone"], s["scheduleState"]["status"]) for s in repository["schedules"]}
    names = ("github", "github_star_events", "terraform_registry", "artifact_hub")
    assert schedules == {(f"{name}_schedule", "UTC", "RUNNING") for name in names}
    assert [(s["name"], s["sensorState"]["status"]) for s in repository["sensors"]] == [
        ("marts_after_loads", "RUNNING")
    ]
    page.goto(f"{dev.url}/automation", wait_until="domcontentloaded")
    page.get_by_text("github_schedule").first.wait_for()


def test_a_tick_of_the_sensor_builds_the_marts_when_a_raw_file_is_new(dev: Dev) -> None:
    wait_for(dev.paths.community.exists, 1)
    os.utime(dev.paths.raw("github"))
    wait_for(lambda: ("build_marts", "SUCCESS") in dev.runs(), 240)
