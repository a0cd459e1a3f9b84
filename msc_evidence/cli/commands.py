"""The commands by name, and the program of those asked for: building one of them takes reading its file alone."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from keyword import iskeyword
from typing import Annotated

import typer

from msc_evidence.cli.program import Program
from msc_evidence.cli.sections import SectionedCommand

#: Every command in the order of the help, each a file of this folder.
COMMANDS = (
    "summarize",
    "compare",
    "recompute",
    "feasible",
    "check",
    "read",
    "audit",
    "pool",
    "table",
    "plot",
    "report",
    "reconcile",
    "diff",
    "review",
    "export",
    "import",
    "explain",
    "schema",
    "init",
)
#: Those that have commands of their own, after them.
GROUPS = ("registry",)


def program(names: Iterable[str] = (*COMMANDS, *GROUPS)) -> typer.Typer:
    """The program with the commands of these names."""
    app = typer.Typer(
        name="msc-evidence",
        cls=Program,
        help="Evidence as code: what trials reported, what it implies, and what the numbers do not support.",
        no_args_is_help=True,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_options)
    for name in names:
        module = import_module(f"{__package__}.{name}{'_' * iskeyword(name)}")
        if name in GROUPS:
            app.add_typer(module.app, name=name)
        else:
            app.command(name, cls=SectionedCommand)(module.command)
    return app


def _print_version(wished: bool) -> None:
    if wished:
        from msc_evidence import __version__

        print(f"msc-evidence {__version__}")
        raise typer.Exit


def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
) -> None:
    """Evidence as code: what trials reported, what it implies, and what the numbers do not support."""
