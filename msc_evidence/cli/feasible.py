"""`msc-evidence feasible`: what the data could have been, given what was printed of them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import complete_tests, one_of
from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import show, with_progress

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.statistics.feasible.bounds import Feasible
    from msc_evidence.tables.feasible import FeasibleSection

PANEL = "Without a registry"


@guarded
@filtered
def command(
    filters: FilterOptions,
    trials: TrialNames = None,
    test: Annotated[
        list[str] | None,
        typer.Option(
            "--test", metavar="TEST", autocompletion=complete_tests,
            help="Only if p is from this test: 'rank-sum normal', 'rank-sum exact', Student, Fisher, …; repeatable.",
        ),
    ] = None,
    examples: Annotated[
        bool, typer.Option("--examples", help="Show a data set for each end of each bound.")
    ] = False,
    sizes: Annotated[
        str | None,
        typer.Option("--sizes", metavar="N1,N2", rich_help_panel=PANEL, help="Both group sizes: 5,25."),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            "--scale", metavar="LOW-HIGH", rich_help_panel=PANEL,
            help="Ends of the scale, steps of 1: 0-6; with another step 0-100/5.",
        ),
    ] = None,
    p: Annotated[
        str | None,
        typer.Option("--p", metavar="P", rich_help_panel=PANEL, help="p as printed: .076, or <.05."),
    ] = None,
    favours: Annotated[
        str | None,
        typer.Option(
            "--favours", metavar="ARM", rich_help_panel=PANEL, autocompletion=one_of("treatment", "control", "any"),
            help="Whom the test's statistic favours: treatment (the first), control or any. Default: any.",
        ),
    ] = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:  # fmt: skip
    """Bound what the data could have been.

    From a p-value, both group sizes and the scale: the least and the greatest value of each measure over every data
    set that fits, if p is from a rank-sum test, from a t test, or from a test of two categories, each by itself; with
    --examples the data sets. Of a registry's results, or of numbers that are typed.
    """
    os.environ.setdefault(
        "OPENBLAS_NUM_THREADS", "1"
    )  # the matrices are small: threads would wait for each other
    from msc_evidence.tables.feasible import feasible_screen, feasible_table

    tests = _named_tests(test)
    typed = {"--sizes": sizes, "--scale": scale, "--p": p, "--favours": favours}
    if any(typed.values()):
        if filters.given or trials:
            raise UsageError(
                "--sizes, --scale, --p and --favours are of no trial; leave out trials and filters"
            )
        sections = [_typed_section(typed, tests, quiet=quiet)]
    else:
        opened = open_registry(registry, verbose=verbose, quiet=quiet)
        query = read_query(opened, filters, trials, quiet=quiet)
        sections = _registry_sections(query, tests, quiet=quiet)
    show(
        lambda: feasible_table(sections),
        lambda: feasible_screen(sections, examples=examples),
        format, output, ascii_only=ascii,
    )  # fmt: skip


def _named_tests(names: list[str] | None) -> tuple[str, ...]:
    """The tests of `--test`; raises UsageError for one that is not known."""
    from msc_evidence.registry.problems import nearest_hint
    from msc_evidence.statistics.feasible.tests_admitted import TESTS

    folded = {name.casefold(): name for name in TESTS}
    for name in names or ():
        if name.casefold() not in folded:
            raise UsageError(f"--test: unknown test '{name}'{nearest_hint(name, TESTS)}")
    return tuple(dict.fromkeys(folded[name.casefold()] for name in names or ()))


def _typed_section(typed: dict[str, str | None], tests: tuple[str, ...], *, quiet: bool) -> FeasibleSection:
    """The bounds of numbers that were typed; raises UsageError where one is missing or is none."""
    from msc_evidence.analysis.feasible import USUAL_TESTS
    from msc_evidence.analysis.typed_arms import typed_arms
    from msc_evidence.statistics.feasible.bounds import feasible
    from msc_evidence.tables.feasible import typed_section

    sizes, scale, p = typed["--sizes"], typed["--scale"], typed["--p"]
    missing = [name for name in ("--sizes", "--scale", "--p") if not typed[name]]
    if not sizes or not scale or not p:
        raise UsageError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} needed as well")
    try:
        printed = typed_arms(sizes, scale, p, typed["--favours"])
    except ValueError as error:
        raise UsageError(str(error)) from None
    wanted = with_progress(tests or USUAL_TESTS, "bounds") if not quiet else tests or USUAL_TESTS
    answers = tuple(feasible(printed, test) for test in wanted)
    return typed_section(printed, p, scale, answers)


def _registry_sections(query: Query, tests: tuple[str, ...], *, quiet: bool) -> list[FeasibleSection]:
    """The bounds of each result with a p-value between two arms; raises UsageError where there is none."""
    from msc_evidence.analysis.feasible import feasible_questions
    from msc_evidence.analysis.results import chosen_results
    from msc_evidence.statistics.feasible.bounds import feasible
    from msc_evidence.tables.feasible import result_section

    results, _ = chosen_results(query.analysis, query.trials, query.outcomes, at=query.at)
    questions = list(feasible_questions(results))
    if not questions:
        raise UsageError("none of these results has a p-value between two arms")
    jobs = [(at, test) for at, question in enumerate(questions) for test in tests or question.tests]
    answers: dict[int, list[Feasible]] = {}
    for at, test in jobs if quiet else with_progress(jobs, "bounds"):
        printed = questions[at].printed
        if printed is not None:
            answers.setdefault(at, []).append(feasible(printed, test))
    return [result_section(question, tuple(answers.get(at, ()))) for at, question in enumerate(questions)]
