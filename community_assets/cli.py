"""The command line `heroes`: what a founder types. Thin: it reads options, calls one function and prints tables.

Exit codes: 0 all is well; 1 something went wrong while running; 2 wrong usage or settings, nothing was started.
Slow imports stay inside the commands, so that `heroes --help` answers at once.
"""

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from community_assets.settings import CONFIG_VARIABLE, ConfigurationError, GithubSection, Paths, Settings, load_settings

if TYPE_CHECKING:
    from community_assets.sandbox import Community

_STOP = {signal.SIGINT, signal.SIGTERM}
app = typer.Typer(
    help="Who are the people and companies around an open-source product?",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
output = Console(width=None if sys.stdout.isatty() else 130)
messages = Console(stderr=True, soft_wrap=True)

People = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many people the made-up community has.")]
Seed = Annotated[int, typer.Option(help="Another seed makes another community.")]
Latency = Annotated[float, typer.Option(min=0, max=60, help="Seconds that the sandbox waits before each answer.")]
StringsCsv = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="CSV file whose column gives the strings people typed.")
]
Limit = Annotated[int, typer.Option("--limit", "-n", min=1, help="How many rows to show.")]


@app.command()
def refresh() -> None:
    """Load what is new from every source in community.toml, then build and publish the marts."""
    with _configuration_errors():
        settings = load_settings()
        settings.require_sources()
    _run_refresh(settings)
    _say(f"Published: {settings.paths.community}", f"Next:      {_command()} top")


@app.command()
def demo(
    people: People = 2_000,
    seed: Seed = 7,
    latency: Latency = 0.0,
    companies_csv: StringsCsv = None,
    locations_csv: StringsCsv = None,
) -> None:
    """Run everything on a made-up community, served on this machine; nothing to configure."""
    from community_assets.running import clear_demo
    from community_assets.sandbox import serve

    community = _community(people, seed, companies_csv, locations_csv)
    data = Path(os.environ.get("COMMUNITY_DATA_DIR") or "data") / "demo"
    settings = Settings(data_dir=data, github=GithubSection(repositories=community.repositories))
    with _configuration_errors():
        clear_demo(data, f"{people=} {seed=} {companies_csv=} {locations_csv=}")
    with serve(community, latency=latency) as sandbox:
        os.environ |= {
            "GITHUB_TOKEN": sandbox.token,
            "GITHUB_API_URL": sandbox.api_url,
            "GITHUB_GRAPHQL_URL": sandbox.graphql_url,
        }
        _run_refresh(settings)
    _show_top(settings.paths, 10)
    _say(
        f"Published:  {settings.paths.community}",
        f"Dagster UI: {_command()} dev --data-dir {data}",
        f"Next: name your own repository in community.toml, set GITHUB_TOKEN, then run {_command()} refresh",
    )


@app.command()
def top(limit: Limit = 10) -> None:
    """Show the top heroes, companies and countries of the published file."""
    with _configuration_errors():
        paths = load_settings().paths
    _show_top(paths, limit)


@app.command()
def dev(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 3000,
    data_dir: Annotated[Path | None, typer.Option(help="Instead of COMMUNITY_DATA_DIR.")] = None,
) -> None:
    """Start the Dagster UI on 127.0.0.1."""
    from community_assets.running import prepare_data_dir

    if data_dir:
        os.environ["COMMUNITY_DATA_DIR"] = str(data_dir)
    with _configuration_errors():
        paths = load_settings().paths
        if paths.sandbox_marker.exists():
            os.environ[CONFIG_VARIABLE] = str(paths.data / "community.toml")
        prepare_data_dir(paths)
    dagster = Path(sys.executable).with_name("dagster")
    command = [str(dagster), "dev", "-m", "community_assets.definitions", "-h", "127.0.0.1", "-p", str(port)]
    os.execv(dagster, command)


@app.command()
def sandbox(
    people: People = 2_000,
    seed: Seed = 7,
    latency: Latency = 0.0,
    companies_csv: StringsCsv = None,
    locations_csv: StringsCsv = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
) -> None:
    """Serve a made-up community as a double of the GitHub API, to try a configuration without touching GitHub."""
    from community_assets.sandbox import serve

    community = _community(people, seed, companies_csv, locations_csv)
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)  # else sigwait might miss one
    with serve(community, latency=latency, port=port) as served:
        _say(
            "# Settings for another terminal:",
            f"export GITHUB_API_URL={served.api_url}",
            f"export GITHUB_TOKEN={served.token}",
            "export COMMUNITY_DATA_DIR=data/sandbox",
            f"# community.toml: [github] repositories = {json.dumps(community.repositories)}",
        )
        signal.sigwait(_STOP)


def _community(people: int, seed: int, companies_csv: Path | None, locations_csv: Path | None) -> "Community":
    from community_assets.sandbox import Community

    try:
        return Community.generate(people=people, seed=seed, companies_csv=companies_csv, locations_csv=locations_csv)
    except ValueError as error:  # a file without its column
        messages.print(_plain(str(error)))
        raise typer.Exit(2) from None


def _command() -> str:
    """This program as it was called, for hints that work when they are copied."""
    return os.path.relpath(sys.argv[0]) if os.sep in sys.argv[0] else sys.argv[0]


def _say(*lines: str) -> None:
    for line in lines:
        output.print(_plain(line), soft_wrap=True)


def _run_refresh(settings: Settings) -> None:
    """Refresh with progress on stderr; exits with 1 when anything went wrong, after saying what."""
    from community_assets.running import refresh as run

    with _configuration_errors(), _progress() as progress:
        summary = run(settings, progress)
    for source, (outcome, message) in summary.sources.items():
        messages.print(_plain(f"{source}: {outcome}{f' ({message})' if message else ''}"))
    if summary.errors:
        for error in summary.errors:
            messages.print(_plain(f"error: {error}"), style="red")
        if not summary.published:
            messages.print(_plain(f"{settings.paths.community} is as it was before"))
        raise typer.Exit(1)


@contextmanager
def _configuration_errors() -> Iterator[None]:
    try:
        yield
    except ConfigurationError as error:
        messages.print(_plain(str(error)))
        raise typer.Exit(2) from None


@contextmanager
def _progress() -> Iterator[Any]:
    """A line that tells what is going on: in place on a terminal, now and then a new one elsewhere."""
    if messages.is_terminal:
        with messages.status("starting") as status:
            yield lambda line: status.update(_plain(line))
    else:
        yield _SparseLines()


class _SparseLines:
    """Prints a line when its topic (what stands before a colon) is new, else once in five seconds."""

    def __init__(self) -> None:
        self._topic, self._printed_at = "", 0.0

    def __call__(self, line: str) -> None:
        topic, now = line.partition(":")[0], time.monotonic()
        if topic != self._topic or now - self._printed_at >= 5:
            self._topic, self._printed_at = topic, now
            messages.print(_plain(line))


def _show_top(paths: Paths, limit: int) -> None:
    import duckdb

    if not paths.community.exists():
        messages.print(_plain(f"{paths.community}: no such file; run `heroes refresh` or `heroes demo` first"))
        raise typer.Exit(1)
    try:
        with duckdb.connect(paths.community, read_only=True) as db:
            for title, query in _TOP.items():
                output.print(_table(title, db.execute(query, [limit])))
    except duckdb.IOException as error:
        messages.print(_plain(f"{paths.community} cannot be read: {error}"))
        raise typer.Exit(1) from None


_TOP = {
    "Heroes": """
        select h.rank, p.github_login as login, p.display_name as name, p.company_name as company,
               concat_ws(', ', p.city, c.country_name) as place, p.followers, round(h.score, 1) as score
        from heroes h join people p using (person_id) left join countries c using (country_code)
        order by h.rank limit ?
    """,
    "Companies": """
        select company_name as company, members, followers, countries
        from companies order by members desc, followers desc, company_id limit ?
    """,
    "Countries": """
        select country_name as country, people, cities
        from countries order by people desc, country_code limit ?
    """,
}


def _table(title: str, result: Any) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    for name, kind, *_ in result.description:
        if str(kind) == "VARCHAR":
            table.add_column(name, no_wrap=True, overflow="ellipsis", max_width=30)
        else:
            table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    for row in result.fetchall():
        table.add_row(
            *(_plain("" if value is None else f"{value:,}" if isinstance(value, int) else str(value)) for value in row)
        )
    return table


def _plain(text: str) -> Text:
    """Text as it is: no markup, and no control characters that a stranger's name could send to the terminal."""
    return Text("".join(c if c.isprintable() or c == "\n" else "\ufffd" for c in text))
