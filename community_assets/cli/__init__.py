"""The command line `heroes`: what a founder types.

What belongs here: options, messages, tables and exit codes (`terminal.ExitCode`). Each command reads its options, calls
one function of the layer below and prints what it returns. Slow imports stay inside the commands, so that
`heroes --help` answers at once.
"""

import errno
from typing import Any

import typer
from typer.core import TyperGroup

from community_assets.cli import doctor, linking, marts, pipeline
from community_assets.cli.terminal import EXIT_CODES, ExitCode, note


class _Commands(TyperGroup):
    """The commands; one line ends them when the system refuses something: a full disk, a port that is taken."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:  # whoever reads has read enough
                raise
            note(f"error: {error}")
            raise typer.Exit(ExitCode.FAILED) from None


app = typer.Typer(
    cls=_Commands,
    help="Who are the people and companies around an open-source product?",
    epilog=EXIT_CODES,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
for command in (
    pipeline.demo,
    pipeline.refresh,
    marts.top,
    marts.explain,
    linking.link,
    linking.unlink,
    marts.companies,
    marts.countries,
    marts.creators,
    marts.export,
    doctor.doctor,
    pipeline.dev,
    pipeline.sandbox,
):
    app.command()(command)
