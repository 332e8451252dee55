"""Take the pictures of the documentation from a running demo: `make screenshots`, after `make demo`."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import requests
from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
DEMO = Path("data/demo").resolve()
HEROES = [sys.executable, "-c", "from community_assets.cli import app; app()"]
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Write the images of the asset graph, of a chart, and of `heroes top`."""
    IMAGES.mkdir(exist_ok=True)
    with dagster_ui() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1600, "height": 900})
        asset_graph(page, url)
        chart(page, url)
        browser.close()
    terminal()


@contextmanager
def dagster_ui() -> Iterator[str]:
    """The Dagster UI on the demo's data."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([*HEROES, "dev", "--data-dir", str(DEMO), "--port", str(port)], start_new_session=True)
    try:
        url = f"http://127.0.0.1:{port}"
        for _ in range(120):
            try:
                requests.get(f"{url}/server_info", timeout=5)
                break
            except requests.ConnectionError:
                time.sleep(1)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


def asset_graph(page: Page, url: str) -> None:
    """Every group of the graph opened out."""
    page.goto(f"{url}/asset-groups", wait_until="domcontentloaded")
    page.get_by_role("button", name="Materialize all").wait_for()
    page.wait_for_timeout(3000)
    page.screenshot(path=IMAGES / "asset-graph.png")


def chart(page: Page, url: str) -> None:
    """A chart of the published file, as the overview's metadata show it."""
    page.goto(f"{url}/assets/published/overview", wait_until="domcontentloaded")
    page.get_by_text("[Show Markdown]").first.click()
    page.wait_for_timeout(2000)
    page.screenshot(path=IMAGES / "overview.png")


def terminal() -> None:
    """`heroes top` as an image, by the terminal's own colours."""
    from rich.console import Console
    from rich.text import Text

    environment = {**os.environ, "COMMUNITY_DATA_DIR": str(DEMO), "COMMUNITY_CONFIG": str(DEMO / "community.toml")}
    shown = subprocess.run(
        [*HEROES, "top", "--limit", "8"], env=environment, capture_output=True, text=True, check=True
    ).stdout
    console = Console(record=True, width=max(map(len, shown.splitlines())), file=StringIO())
    console.print(Text(shown))
    console.save_svg(str(IMAGES / "heroes-top.svg"), title="heroes top")


if __name__ == "__main__":
    main()
