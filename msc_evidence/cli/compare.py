"""`msc-evidence compare`: arms side by side, and what their sizes could have shown."""

from __future__ import annotations

from msc_evidence.cli.exits import guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import show


@guarded
@filtered
def command(
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
    """Set the arms of trials side by side.

    Participants, what each arm received, every outcome with what its p implies, and what groups of these sizes could
    show at all.
    """
    from msc_evidence.analysis.results import chosen_results
    from msc_evidence.tables.compare import comparison_screen, comparison_table

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    query = read_query(opened, filters, trials, quiet=quiet)
    results, _ = chosen_results(query.analysis, query.trials, query.outcomes, at=query.at)
    show(
        lambda: comparison_table(results),
        lambda: comparison_screen(query, results),
        format,
        output,
        ascii_only=ascii,
    )
