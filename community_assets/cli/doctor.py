"""The command `doctor`: checks everything that a refresh needs, and writes nothing."""

import os
from dataclasses import asdict
from typing import TYPE_CHECKING

import typer
from rich.text import Text

from community_assets.cli.terminal import AsJson, ExitCode, output, plain, write_json

if TYPE_CHECKING:
    from community_assets.diagnosis.check import Check

_STYLES = {"ok": "green", "warn": "yellow", "fail": "bold red"}


def doctor(as_json: AsJson = False) -> None:
    """Check what a refresh needs: settings, tokens, limits, what each source will yield. Nothing is written."""
    os.environ.setdefault("RUNTIME__REQUEST_MAX_ATTEMPTS", "2")  # dlt's five take a quarter of a minute
    from community_assets.diagnosis import diagnose

    checks = []
    for check in diagnose():
        checks.append(check)
        if not as_json:
            _show(check)
    if as_json:
        write_json([asdict(check) for check in checks])
    failed = [check for check in checks if check.status == "fail"]
    if failed:
        raise typer.Exit(ExitCode.WRONG_USAGE if any(check.is_setting for check in failed) else ExitCode.FAILED)


def _show(check: "Check") -> None:
    message = plain(" ".join(f"{check.name}: {check.message}".split()))
    output.print(Text(f"{check.status:<5}", style=_STYLES[check.status]) + message, soft_wrap=True)
    if check.advice:
        output.print(plain(f"     → {check.advice}"), soft_wrap=True)
