"""The program: its commands, and what happens before any of them runs."""

from __future__ import annotations

import gc
import sys
import warnings
from typing import Annotated

import typer

from msc_evidence.cli import (
    audit,
    check,
    compare,
    diff,
    explain,
    export,
    feasible,
    import_,
    init,
    plot,
    pool,
    read,
    recompute,
    reconcile,
    registry,
    report,
    review,
    schema,
    summarize,
    table,
)
from msc_evidence.cli.exits import Exit, UsageError, end_with, fail
from msc_evidence.cli.process import compute_on_one_thread, end_on_signals, prepare_streams, settle_streams
from msc_evidence.cli.program import Program
from msc_evidence.cli.sections import SectionedCommand

app = typer.Typer(
    name="msc-evidence",
    cls=Program,
    help="Evidence as code: what trials reported, what it implies, and what the numbers do not support.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wished: bool) -> None:
    if wished:
        from msc_evidence import __version__

        print(f"msc-evidence {__version__}")
        raise typer.Exit


@app.callback()
def program(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Evidence as code: what trials reported, what it implies, and what the numbers do not support."""


for command in (
    summarize,
    compare,
    recompute,
    feasible,
    check,
    read,
    audit,
    pool,
    table,
    plot,
    report,
    reconcile,
    diff,
    review,
    export,
    import_,
    explain,
    schema,
    init,
):
    app.command(command.__name__.rpartition(".")[2].rstrip("_"), cls=SectionedCommand)(command.command)
app.add_typer(registry.app, name="registry")


def main() -> None:
    """Runs the command line; what a library remarks on is for who asks Python for it (`-W`), not for a screen."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    gc.freeze()
    prepare_streams()
    compute_on_one_thread()
    end_on_signals()
    try:
        _run()
    finally:
        settle_streams()


def _run() -> None:
    try:
        app()
    except SystemExit as ended:
        if isinstance(
            ended.__context__, BrokenPipeError
        ):  # of --help: the reader had enough, which is no error
            raise SystemExit(int(Exit.OK)) from None
        raise
    except UsageError as error:
        fail(f"msc-evidence: {error}")
    except KeyboardInterrupt:
        fail("interrupted", Exit.INTERRUPTED)
    except Exception as error:  # before any command runs
        end_with(error, debug="--debug" in sys.argv)
