"""`msc-evidence summarize`: who was treated with what, what was reported, what it implies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

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
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.checks.finding import Report
    from msc_evidence.tables.screen import Screen


@guarded
def command(
    trials: Trials = None,
    outcome: Outcomes = None,
    all_sources: Annotated[
        bool, typer.Option("--all-sources", help="Also results that only a secondary source reports.")
    ] = False,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Summarise the evidence on one screen.

    Who was treated with what, what was reported, what it implies, and what does not hold up.
    """
    from msc_evidence.analysis.chosen import analysed
    from msc_evidence.tables.results import results

    opened = open_registry(registry, verbose=verbose)
    names, outcomes = chosen_trials(opened, trials), chosen_outcomes(opened, outcome)
    shown, elsewhere = analysed(opened, names, outcomes, all_sources=all_sources)

    def screen() -> Screen:
        from msc_evidence.checks.run import run
        from msc_evidence.tables.screen import Line, Screen
        from msc_evidence.tables.summary import summary

        drawn = summary(opened, names, shown)
        return Screen((*drawn.blocks, Line(_findings_line(run(opened, names), trials))))

    show(lambda: results(shown), screen, format, output, ascii_only=ascii)
    if elsewhere:
        note(f"{elsewhere} further results from secondary sources: --all-sources", quiet=quiet)


def _findings_line(report: Report, trials: list[str] | None) -> str:
    from msc_evidence.checks.finding import SEVERITIES
    from msc_evidence.registry.problems import counted

    open_ones = [found for found in report.findings if found.waived is None]
    tally = [counted(sum(found.severity == kind for found in open_ones), kind) for kind in SEVERITIES]
    inner = ", ".join(words for words in tally if not words.startswith("0 "))
    call = " ".join(["msc-evidence check", *(trials or ())])
    return f"{counted(len(open_ones), 'finding')} ({inner}): {call}" if open_ones else "no findings"
