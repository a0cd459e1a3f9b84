"""`msc-evidence feasible`: what the data could have been, given what was printed of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from msc_evidence.cli.completion import complete_tests, one_of
from msc_evidence.cli.exits import UsageError, guarded
from msc_evidence.cli.filtering import FilterOptions, TrialNames, filtered, read_query
from msc_evidence.cli.options import Ascii, Debug, Format, Output, Quiet, RegistryPath, Verbose, open_registry
from msc_evidence.cli.streams import show, with_progress

if TYPE_CHECKING:
    from msc_evidence.analysis.filters import Query
    from msc_evidence.tables.feasible_sections import FeasibleSection

Job = TypeVar("Job")
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
    from msc_evidence.tables.feasible_sections import known_tests

    try:
        tests = known_tests(test or ())
    except ValueError as error:
        raise UsageError(f"--test: {error}") from None
    typed = {"--sizes": sizes, "--scale": scale, "--p": p, "--favours": favours}
    if any(value is not None for value in typed.values()):
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


def _typed_section(typed: dict[str, str | None], tests: tuple[str, ...], *, quiet: bool) -> FeasibleSection:
    """The bounds of numbers that were typed; raises UsageError where one is missing or is none."""
    from msc_evidence.tables.feasible_sections import typed_section

    sizes, scale, p = typed["--sizes"], typed["--scale"], typed["--p"]
    missing = [name for name in ("--sizes", "--scale", "--p") if typed[name] is None]
    if sizes is None or scale is None or p is None:
        raise UsageError(f"{' and '.join(missing)} {'is' if len(missing) == 1 else 'are'} needed as well")
    try:
        return typed_section(sizes, scale, p, typed["--favours"], tests, _watch(quiet=quiet))
    except ValueError as error:
        raise UsageError(str(error)) from None


def _registry_sections(query: Query, tests: tuple[str, ...], *, quiet: bool) -> list[FeasibleSection]:
    """The bounds of each result with a p-value between two arms; raises UsageError where there is none."""
    from msc_evidence.tables.feasible_sections import registry_sections

    sections = registry_sections(query, tests, _watch(quiet=quiet))
    if not sections:
        raise UsageError("none of these results has a p-value between two arms")
    return sections


def _watch(*, quiet: bool) -> Callable[[Sequence[Job]], Iterable[Job]]:
    return iter if quiet else lambda jobs: with_progress(jobs, "bounds")
