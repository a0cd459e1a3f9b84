"""`msc-evidence recompute`: every reported statistic beside its recomputation."""

from __future__ import annotations

from typing import Annotated

import typer

from msc_evidence.cli.exits import guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import note, show


@guarded
@filtered
def command(
    filters: FilterOptions,
    trials: TrialNames = None,
    by_verdict: Annotated[
        bool,
        typer.Option(
            "--by-verdict",
            help="Count the results by verdict, with what they were recomputed from or what is missing.",
        ),
    ] = False,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Recompute every reported statistic.

    Each from the other numbers of its result, or of its row at baseline (left out with --outcome and --at), with
    verdict, methods, what rounding allows, and the reason; or what is missing. Where many tests of the same counts
    agree with the source the screen shows their range; -f csv has every method.
    """
    from msc_evidence.analysis.baseline import with_baseline
    from msc_evidence.tables.recompute import (
        recomputation_screen,
        recomputation_table,
        verdict_table,
        verdict_tally,
    )
    from msc_evidence.tables.table import Screen

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    query = read_query(opened, filters, trials, quiet=quiet)
    outcomes = query.outcomes if query.narrowed or query.at else None
    results = with_baseline(query.analysis, query.trials, outcomes, at=query.at)
    if by_verdict:
        show(
            lambda: verdict_table(results),
            lambda: Screen((verdict_table(results),)),
            format,
            output,
            ascii_only=ascii,
        )
    else:
        show(
            lambda: recomputation_table(results),
            lambda: recomputation_screen(results),
            format,
            output,
            ascii_only=ascii,
        )
    note(verdict_tally(results), quiet=quiet)
