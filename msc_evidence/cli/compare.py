"""`msc-evidence compare`: arms side by side, and what their sizes could have shown."""

from __future__ import annotations

from msc_evidence.cli.exits import guarded
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Outcomes,
    Output,
    Quiet,
    RegistryPath,
    Trials,
    Verbose,
    chosen_outcomes,
    chosen_trials,
    open_registry,
)
from msc_evidence.cli.output import show


@guarded
def command(
    trials: Trials = None,
    outcome: Outcomes = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Set the arms of trials side by side.

    Participants, cells, every outcome with what its p implies, and what groups of these sizes could show at all.
    """
    from msc_evidence.analysis.chosen import analysed
    from msc_evidence.tables.comparison import comparison, comparison_screen

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    names, outcomes = chosen_trials(opened, trials), chosen_outcomes(opened, outcome)
    shown, _ = analysed(opened, names, outcomes)
    chosen = {name: opened.trials[name] for name in names}
    show(
        lambda: comparison(shown), lambda: comparison_screen(chosen, shown), format, output, ascii_only=ascii
    )
