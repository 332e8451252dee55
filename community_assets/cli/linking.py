"""Commands that decide which accounts are one person's: link and unlink."""

from typing import Annotated, Literal

import typer

from community_assets.cli.terminal import ExitCode, command_name, configured_paths, note, reading_errors, say

_NAMES = "platform:login, platform:id, or a login on GitHub"
One = Annotated[str, typer.Argument(metavar="A", help=f"An account: {_NAMES}.")]
Other = Annotated[str, typer.Argument(metavar="B", help="Another account, likewise.")]
Undo = Annotated[bool, typer.Option("--undo", help="Forget the decision; evidence decides again.")]


def link(one: One, other: Other, undo: Undo = False) -> None:
    """Decide that two accounts are one person's, whatever the evidence says. Holds over rebuilds.

    The table `identity_review` of the published file lists doubtful links that wait for a decision.

    Example: heroes link ada artifact_hub:user:ada
    """
    _decide(one, other, None if undo else "confirmed", "one person")


def unlink(one: One, other: Other, undo: Undo = False) -> None:
    """Decide that two accounts are two people's, whatever the evidence says. Holds over rebuilds.

    So a merge is undone: the person keeps the id, the account that came later gets its own.

    Example: heroes unlink ada artifact_hub:user:ada
    """
    _decide(one, other, None if undo else "denied", "two people")


def _decide(one: str, other: str, decision: Literal["confirmed", "denied"] | None, meaning: str) -> None:
    import duckdb

    from community_assets.publishing.linking import SameAccountError, decide_link

    paths = configured_paths()
    one, other = (name.encode("utf-8", "replace").decode() for name in (one, other))  # an argument may be any bytes
    try:
        with reading_errors():
            first, second, is_new = decide_link(paths, one, other, decision)
    except SameAccountError as error:
        note(str(error))
        raise typer.Exit(ExitCode.WRONG_USAGE) from None
    except duckdb.Error as error:
        note(f"{paths.register} cannot be written: {error}")
        raise typer.Exit(ExitCode.FAILED) from None
    pair = f"{first} and {second}"
    if decision:
        said = f"{pair} are {meaning}" if is_new else f"{pair} were {meaning} already by decision"
    else:
        said = f"{pair}: the decision is forgotten" if is_new else f"{pair}: nothing was decided"
    say(said)
    if is_new:
        say(f"It shows after the next refresh: {command_name()} refresh")
