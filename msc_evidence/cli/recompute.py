"""`msc-evidence recompute`: every reported statistic beside its recomputation."""

from __future__ import annotations

from .exits import guarded
from .options import (
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
from .output import show
from .streams import note


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
    """Recompute every reported statistic.

    Each from the other numbers of its result, with verdict, methods, what rounding allows, and the reason; or what
    it would take.
    """
    from ..tables.recomputation import recomputation_screen, recomputed, tally
    from .selection import analysed

    opened = open_registry(registry, verbose=verbose)
    names, outcomes = chosen_trials(opened, trials), chosen_outcomes(opened, outcome)
    shown, _ = analysed(opened, names, outcomes)
    show(lambda: recomputed(shown), lambda: recomputation_screen(shown), format, output, ascii_only=ascii)
    note(tally(shown), quiet=quiet)
