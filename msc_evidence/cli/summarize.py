"""`msc-evidence summarize`: who was treated with what, what was reported, what it implies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.exits import UsageError, guarded
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
    check_call,
    chosen_outcomes,
    chosen_trials,
    open_registry,
)
from msc_evidence.cli.output import show
from msc_evidence.cli.streams import note

if TYPE_CHECKING:
    from msc_evidence.analysis.wanted import Wanted
    from msc_evidence.checks.finding import Report
    from msc_evidence.registry.loader import Registry
    from msc_evidence.registry.reported import Time
    from msc_evidence.tables.screen import Screen


@guarded
def command(
    trials: Trials = None,
    outcome: Outcomes = None,
    at: Annotated[
        str | None, typer.Option(metavar="TIME", help="Only results at this time, such as '3 mo'.")
    ] = None,
    design: Annotated[
        str | None,
        typer.Option(
            metavar="DESIGN", help="controlled (default), randomised, non-randomised, single-arm, any."
        ),
    ] = None,
    cells: Annotated[
        str | None, typer.Option(metavar="TYPE", help="Type of the cells: MSC (default), MNC, MAPC, …, any.")
    ] = None,
    origin: Annotated[
        str | None, typer.Option(metavar="ORIGIN", help="Origin of the cells: autologous, allogeneic.")
    ] = None,
    route: Annotated[
        str | None, typer.Option(metavar="ROUTE", help="Route of the cells: intravenous, intra-arterial, …")
    ] = None,
    since: Annotated[
        int | None, typer.Option(metavar="YEAR", help="Only trials published since this year.")
    ] = None,
    sort: Annotated[
        str, typer.Option(metavar="ORDER", help="Order of the trials: registry, year, name, size.")
    ] = "registry",
    wide: Annotated[
        bool, typer.Option("--wide", help="Also results without a number, with values per arm and source.")
    ] = False,
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

    Who was treated with what, what was reported, what it implies, and what does not hold up. Where no trials are named,
    those that are controlled and of MSC; the last line says how many that leaves out.
    """
    from msc_evidence.analysis.chosen import analysed
    from msc_evidence.analysis.wanted import Wanted
    from msc_evidence.tables.results import results

    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    outcomes, time = chosen_outcomes(opened, outcome), _time(at)
    wanted = _checked(Wanted(design, cells, origin, route, since), sort)
    names, refused = _chosen(opened, trials, wanted, sort)
    shown, elsewhere = analysed(opened, names, outcomes, all_sources=all_sources, at=time)

    def screen() -> Screen:
        from msc_evidence.checks.run import run
        from msc_evidence.tables.screen import Line, Screen
        from msc_evidence.tables.summary import summary

        drawn = summary(opened, names, shown, wide=wide)
        return Screen(
            (
                *drawn.blocks,
                Line(_findings_line(run(opened, names), check_call(opened, trials), bool(refused))),
            )
        )

    show(lambda: results(shown), screen, format, output, ascii_only=ascii)
    if refused:
        note(_left_out(refused, asked=trials is not None), quiet=quiet)
    if elsewhere:
        from msc_evidence.registry.problems import counted

        note(f"{counted(elsewhere, 'further result')} from secondary sources: --all-sources", quiet=quiet)


def _time(at: str | None) -> Time | None:
    from msc_evidence.registry.reported import Time

    if at is None:
        return None
    try:
        return Time.read(at)
    except ValueError as unreadable:
        raise UsageError(f"--at: {unreadable}; expected {Time.expected}") from None


def _checked(wanted: Wanted, sort: str) -> Wanted:
    from msc_evidence.analysis.wanted import DESIGNS, SORTS
    from msc_evidence.registry.problems import nearest

    if wanted.design is not None and wanted.design not in DESIGNS:
        raise UsageError(f"unknown design '{wanted.design}'{nearest(wanted.design, DESIGNS)}")
    if sort not in SORTS:
        raise UsageError(f"unknown order '{sort}'{nearest(sort, SORTS)}")
    return wanted


def _chosen(
    opened: Registry, trials: list[str] | None, wanted: Wanted, sort: str
) -> tuple[list[str], dict[str, str]]:
    """The trials to show and why not the others: without names those of the founding question, if there are any."""
    from msc_evidence.analysis.wanted import ANY, chosen, in_order_of

    every = chosen_trials(opened, trials)
    asked = wanted if trials else wanted.founding()
    names, refused = chosen(opened, every, asked, parts=bool(trials) or wanted.design == ANY)
    if not names and asked != wanted:  # a registry of other trials is shown for what it is
        names, refused = chosen(opened, every, wanted)
    if not names:
        raise UsageError(f"no trial is left of {len(every)}: {_tally(refused)}")
    return in_order_of(opened, names, sort), refused


def _tally(refused: dict[str, str]) -> str:
    reasons = list(refused.values())
    return ", ".join(f"{reasons.count(reason)} {reason}" for reason in dict.fromkeys(reasons))


def _left_out(refused: dict[str, str], *, asked: bool) -> str:
    from msc_evidence.registry.problems import counted

    hint = "" if asked else "; --design any --cells any shows all that no other option leaves out"
    return f"{counted(len(refused), 'trial')} left out ({_tally(refused)}){hint}"


def _findings_line(report: Report, call: str, some_left_out: bool) -> str:
    from msc_evidence.checks.finding import SEVERITIES
    from msc_evidence.registry.problems import counted

    open_ones = [found for found in report.findings if found.waived is None]
    tally = [counted(sum(found.severity == kind for found in open_ones), kind) for kind in SEVERITIES]
    inner = ", ".join(words for words in tally if not words.startswith("0 "))
    here = " in these trials" if some_left_out else ""
    return f"{counted(len(open_ones), 'finding')}{here} ({inner}): {call}" if open_ones else "no findings"
