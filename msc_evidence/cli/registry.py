"""`msc-evidence registry`: what a registry holds."""

from __future__ import annotations

import typer

from msc_evidence.cli.exits import guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.sections import SectionedCommand
from msc_evidence.cli.streams import show

app = typer.Typer(
    help="What a registry holds.",
    no_args_is_help=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def group() -> None:
    """Show what a registry holds."""


@app.command(cls=SectionedCommand)
@guarded
@filtered
def stats(
    filters: FilterOptions,
    trials: TrialNames = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Count trials, participants, results, numbers and p-values.

    With the sources of numbers, and the p-values by verdict. Participants are counted where a source states them;
    trials that state none are counted apart.
    """
    from msc_evidence.tables.stats import query_stats
    from msc_evidence.tables.table import Screen

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    counts = query_stats(read_query(opened, filters, trials, quiet=quiet))
    show(lambda: counts, lambda: Screen((counts,)), format, output, ascii_only=ascii)
