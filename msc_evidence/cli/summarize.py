"""`msc-evidence summarize`: who was treated with what, what was reported, what it implies."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import complete_orders
from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import By, FilterOptions, TrialNames, filtered, known_attribute, read_query
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Output,
    Quiet,
    RegistryPath,
    Verbose,
    check_call,
    open_registry,
)
from msc_evidence.cli.streams import note, show

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.checks.finding import Report
    from msc_evidence.tables.table import Screen


@guarded
@filtered
def command(
    filters: FilterOptions,
    trials: TrialNames = None,
    sort: Annotated[
        str,
        typer.Option(
            metavar="ORDER",
            autocompletion=complete_orders,
            help="Order of the trials: registry, year, name, size.",
        ),
    ] = "registry",
    wide: Annotated[
        bool, typer.Option("--wide", help="Also results without a number, with values per arm and source.")
    ] = False,
    all_sources: Annotated[
        bool, typer.Option("--all-sources", help="Also results that only a secondary source reports.")
    ] = False,
    by: By = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Summarise the evidence on one screen.

    Who was treated with what, what was reported, what it implies, and which statements the numbers do not support.
    Without names, the trials that the question of the registry is about; standard error says how many others there are,
    and how to see them.
    """
    from msc_evidence.analysis.filters import SORTS, sorted_trials
    from msc_evidence.analysis.results import chosen_results
    from msc_evidence.registry.problems import counted, nearest_hint
    from msc_evidence.tables.result_rows import results_table

    if sort not in SORTS:
        raise UsageError(f"unknown order '{sort}'{nearest_hint(sort, SORTS)}")
    group = known_attribute(by, "--by") if by else None
    opened = open_registry(registry, verbose=verbose, quiet=quiet)
    query = read_query(opened, filters, trials, quiet=quiet)
    query = replace(query, trials=tuple(sorted_trials(opened, query.trials, sort)))
    results, secondary = chosen_results(
        query.analysis, query.trials, query.outcomes, all_sources=all_sources, at=query.at
    )

    def screen() -> Screen:
        from msc_evidence.checks.run import run_checks
        from msc_evidence.tables.summarize import subsets_without_numbers, summary_screen
        from msc_evidence.tables.table import Line, Screen

        hidden = () if wide else subsets_without_numbers(query, results)
        if hidden:
            counted_hidden = f"{counted(len(hidden), 'subset')} of a trial without a number not shown"
            note(f"{counted_hidden} ({', '.join(hidden)}): --wide", quiet=quiet)
        drawn = summary_screen(query, results, wide=wide, by=group)
        findings_line = _findings_line(
            run_checks(query.analysis, query.trials, least="error"),
            check_call(opened, _typed_trials(query)),
            bool(query.left_out),
        )
        return Screen((*drawn.blocks, Line(findings_line)))

    show(lambda: results_table(results, by=group), screen, format, output, ascii_only=ascii)
    if secondary:
        note(f"{counted(secondary, 'further result')} from secondary sources: --all-sources", quiet=quiet)


def _typed_trials(query: Query) -> list[str]:
    """The trials as `check` must be given them to look at the same: none where all are asked for."""
    return [] if set(query.trials) == set(query.registry.trials) else list(query.trials)


def _findings_line(report: Report, call: str, some_left_out: bool) -> str:
    from msc_evidence.checks.finding import SEVERITIES
    from msc_evidence.registry.problems import counted

    open_ones = {kind: report.open(kind) for kind in SEVERITIES}
    total, tally = sum(open_ones.values()), [counted(count, kind) for kind, count in open_ones.items()]
    inner = ", ".join(words for words in tally if not words.startswith("0 "))
    here = " in these trials" if some_left_out else ""
    return f"{counted(total, 'finding')}{here} ({inner}): {call}" if total else "no findings"
