"""Commands that run the pipeline: refresh, demo, dev, sandbox."""

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

from community_assets.cli.marts import show_top
from community_assets.cli.terminal import ExitCode, command_name, configuration_errors, messages, note, plain, say
from community_assets.settings import CONFIG_VARIABLE, Settings, load_settings

if TYPE_CHECKING:
    from community_assets.sandbox import Community

_STOP = {signal.SIGINT, signal.SIGTERM}

People = Annotated[int, typer.Option(min=1, max=1_000_000, help="How many people the made-up community has.")]
Seed = Annotated[int, typer.Option(help="Another seed makes another community.")]
Latency = Annotated[float, typer.Option(min=0, max=60, help="Seconds that the sandbox waits before each answer.")]
StringsCsv = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, help="CSV file whose column gives the strings people typed.")
]


def refresh() -> None:
    """Load what is new from every source in community.toml, then build and publish the marts."""
    with configuration_errors():
        settings = load_settings()
        settings.require_sources()
    _run_refresh(settings)
    say(f"Published: {settings.paths.community}", f"Next:      {command_name()} top")


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
    with configuration_errors():
        clear_demo(data, f"{people=} {seed=} {companies_csv=} {locations_csv=}")
    with serve(community, latency=latency) as sandbox:
        os.environ |= sandbox.environment
        settings = Settings.model_validate({"data_dir": data, **sandbox.sections})
        _run_refresh(settings)
    show_top(settings.paths)
    say(
        f"Published:  {settings.paths.community}",
        f"Dagster UI: {command_name()} dev --data-dir {data}",
        f"Next: name your own repository in community.toml, set GITHUB_TOKEN, then run {command_name()} refresh",
    )


def dev(
    port: Annotated[int, typer.Option(min=1, max=65535)] = 3000,
    data_dir: Annotated[Path | None, typer.Option(help="Instead of COMMUNITY_DATA_DIR.")] = None,
) -> None:
    """Start the Dagster UI on 127.0.0.1."""
    from community_assets.running import prepare_data_dir

    if data_dir:
        os.environ["COMMUNITY_DATA_DIR"] = str(data_dir)
    with configuration_errors():
        paths = load_settings().paths
        if paths.sandbox_marker.exists():
            os.environ[CONFIG_VARIABLE] = str(paths.data / "community.toml")
        prepare_data_dir(paths)
    dagster = Path(sys.executable).with_name("dagster")
    command = [str(dagster), "dev", "-m", "community_assets.definitions", "-h", "127.0.0.1", "-p", str(port)]
    os.execv(dagster, command)


def sandbox(
    people: People = 2_000,
    seed: Seed = 7,
    latency: Latency = 0.0,
    companies_csv: StringsCsv = None,
    locations_csv: StringsCsv = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = 0,
) -> None:
    """Serve a made-up community as doubles of the APIs, to try a configuration without touching them."""
    from community_assets.sandbox import serve

    community = _community(people, seed, companies_csv, locations_csv)
    signal.pthread_sigmask(signal.SIG_BLOCK, _STOP)  # else sigwait might miss one
    with serve(community, latency=latency, port=port) as served:
        say(
            "# Settings for another terminal:",
            *(f"export {name}={value}" for name, value in served.environment.items()),
            "export COMMUNITY_DATA_DIR=data/sandbox",
            *(f"# community.toml: [{name}] {_keys(section)}" for name, section in served.sections.items()),
        )
        signal.sigwait(_STOP)


def _keys(section: dict[str, Any]) -> str:
    return ", ".join(f"{key} = {json.dumps(value)}" for key, value in section.items())


def _community(people: int, seed: int, companies_csv: Path | None, locations_csv: Path | None) -> "Community":
    from community_assets.sandbox import Community

    try:
        return Community.generate(people=people, seed=seed, companies_csv=companies_csv, locations_csv=locations_csv)
    except ValueError as error:  # a file without its column
        note(str(error))
        raise typer.Exit(ExitCode.WRONG_USAGE) from None


def _run_refresh(settings: Settings) -> None:
    """Refresh with progress on stderr; exits with 1 when anything went wrong, after saying what."""
    from community_assets.running import refresh as run

    with configuration_errors(), _progress() as progress:
        summary = run(settings, progress)
    for source, (outcome, message) in summary.sources.items():
        note(f"{source}: {outcome}{f' ({message})' if message else ''}")
    if summary.errors:
        for error in summary.errors:
            messages.print(plain(f"error: {error}"), style="red")
        if not summary.published:
            note(f"{settings.paths.community} is as it was before")
        raise typer.Exit(ExitCode.FAILED)


@contextmanager
def _progress() -> Iterator[Any]:
    """A line that tells what is going on: in place on a terminal, now and then a new one elsewhere."""
    if messages.is_terminal:
        with messages.status("starting") as status:
            yield lambda line: status.update(plain(line))
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
            note(line)
