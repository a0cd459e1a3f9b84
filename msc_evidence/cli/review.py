"""`msc-evidence review`: the rows of a published meta-analysis against the registry."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from msc_evidence.cli.completion import complete_definitions, complete_times
from msc_evidence.cli.exits import Exit, UsageError, guarded
from msc_evidence.cli.options import (
    Ascii,
    Debug,
    Format,
    Output,
    Quiet,
    RegistryPath,
    Verbose,
    complete_outcomes,
    own_registry,
)
from msc_evidence.cli.streams import note, show

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from msc_evidence.analysis.published.review import ReviewedRows, ReviewQuestion
    from msc_evidence.analysis.published.rows import PrintedAnalysis
    from msc_evidence.registry.loader import Registry
    from msc_evidence.registry.reported import Time
    from msc_evidence.registry.waiver import Waiver


@guarded
def command(
    rows: Annotated[
        Path,
        typer.Argument(
            metavar="ROWS",
            help="The review's rows: CSV, a RevMan Web data package, RevMan 5's .rm5 or its CSV; or the id of a"
            " review that the registry records.",
        ),
    ],
    outcome: Annotated[
        str | None,
        typer.Option(
            "--outcome",
            metavar="OUTCOME",
            autocompletion=complete_outcomes,
            help="The registry's outcome that the rows are of. Default: the one that their analysis names.",
        ),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            "--at", metavar="TIME", autocompletion=complete_times, help="The time that the rows are of: 90d."
        ),
    ] = None,
    definition: Annotated[
        str | None,
        typer.Option(
            "--definition",
            metavar="TEXT",
            autocompletion=complete_definitions,
            help="What was counted: mRS 0-2.",
        ),
    ] = None,
    analysis: Annotated[
        str | None,
        typer.Option("--analysis", metavar="NAME", help="The analysis, where the file has several."),
    ] = None,
    named: Annotated[
        Path | None,
        typer.Option(
            "--map", metavar="FILE", help="CSV with the columns study and trial: which trial a study is."
        ),
    ] = None,
    registry: RegistryPath = None,
    format: Format = None,
    output: Output = None,
    ascii: Ascii = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    debug: Debug = False,
) -> None:
    """Judge the rows of a published meta-analysis by its trials.

    Each row is right as far as rounding goes, explained by one slip (a standard error for an SD, exchanged arms,
    another time, a digit), or not to be reproduced. Then the pooled result as published and with each correction.
    """
    from msc_evidence.analysis.published.recorded import with_waivers
    from msc_evidence.analysis.published.review import review_rows
    from msc_evidence.tables.published_review import review_screen, review_table

    opened = own_registry(registry, f"review {rows}", verbose=verbose, quiet=quiet)
    printed = _printed(opened, rows, analysis)
    question = printed.question or _question(opened, printed.name, outcome, at, definition)
    if printed.question and (outcome or at or definition):
        raise UsageError(f"{rows}: the registry says what its analyses are of; --analysis chooses one")
    if not printed.question:
        _note_question(printed.name, question, quiet=quiet)
    chosen = _with_trials(printed.analysis, opened, named) if named else printed.analysis
    reviewed = review_rows(chosen, opened, question)
    reviewed = with_waivers(reviewed, printed.waivers, question.outcome)
    if not any(reviewed.trials):
        raise UsageError(f"{rows}: none of its {len(chosen.rows)} studies is a trial of {opened.path}")
    _note_corrections(reviewed, quiet=quiet)
    lacking = _lacking(opened, question, {trial for trial in reviewed.trials if trial})
    show(
        lambda: review_table(reviewed),
        lambda: review_screen(reviewed, str(rows), lacking),
        format,
        output,
        ascii_only=ascii,
    )
    if any(found.severity == "error" and not found.waived for found in reviewed.findings):
        raise SystemExit(int(Exit.FOUND))


@dataclass(frozen=True, slots=True)
class _Printed:
    """One analysis of a review, and what the registry says of it where it records the review."""

    name: str
    analysis: PrintedAnalysis
    question: ReviewQuestion | None = None
    waivers: Sequence[Waiver] = ()


def _printed(registry: Registry, rows: Path, analysis: str | None) -> _Printed:
    """The analysis of a file, or of a review of the registry where there is no such file."""
    from msc_evidence.exchange.review_tables import read_review
    from msc_evidence.registry.loader import path_for_messages

    if not rows.exists() and str(rows) in registry.reviews:
        return _recorded(registry, str(rows), analysis)
    if not rows.exists() and registry.reviews and not rows.suffix:
        known = ", ".join(registry.reviews)
        raise UsageError(f"{rows}: no such file, and no review of {registry.path}; it records {known}")
    return _Printed(*_analysis(read_review(path_for_messages(rows)), analysis))


def _recorded(registry: Registry, name: str, analysis: str | None) -> _Printed:
    from msc_evidence.analysis.published.recorded import (
        analysis_name,
        question_of,
        recorded_analysis,
    )

    review = registry.reviews[name]
    places = {analysis_name(each): at for at, each in enumerate(review.analyses) if each.rows}
    if not places:
        raise UsageError(f"{name} records no row of a trial; `check --select MSC7` judges what it pools")
    analyses = {key: recorded_analysis(registry, name, at) for key, at in places.items()}
    key, chosen = _analysis(analyses, analysis)
    return _Printed(key, chosen, question_of(review.analyses[places[key]]), review.waivers)


def _note_corrections(reviewed: ReviewedRows, *, quiet: bool) -> None:
    from msc_evidence.analysis.published.pools import is_corrected_alone

    if not is_corrected_alone(reviewed):
        count = f"{len(reviewed.findings):,} corrections of {len(reviewed.rows):,} rows"
        note(f"{count} are pooled together, not each alone: there are too many", quiet=quiet)


def _note_question(name: str, question: ReviewQuestion, *, quiet: bool) -> None:
    when = f" at {question.at}" if question.at else ""
    defined = f" ({question.definition})" if question.definition else ""
    note(f"{name}: taken for {question.outcome}{defined}{when} of the registry", quiet=quiet)


def _with_trials(analysis: PrintedAnalysis, registry: Registry, file: Path) -> PrintedAnalysis:
    """The analysis with the trials that a file names for its studies."""
    from msc_evidence.exchange.review_tables import read_trial_names
    from msc_evidence.registry.loader import path_for_messages

    studies = {row.study for row in analysis.rows}
    trials = read_trial_names(path_for_messages(file), studies, registry.trials)
    rows = [replace(row, trial=trials.get(row.study, row.trial)) for row in analysis.rows]
    return replace(analysis, rows=rows)


def _analysis(analyses: Mapping[str, PrintedAnalysis], asked: str | None) -> tuple[str, PrintedAnalysis]:
    """The analysis asked for, or the only one; raises UsageError with the names of all."""
    if asked in analyses:
        return str(asked), analyses[str(asked)]
    if asked is None and len(analyses) == 1:
        return next(iter(analyses.items()))
    names = ", ".join(f"'{name}'" for name in analyses)
    wrong = f"no analysis '{asked}'" if asked else f"{len(analyses)} analyses"
    raise UsageError(f"{wrong}; --analysis takes one of: {names}")


def _question(
    registry: Registry, name: str, outcome: str | None, at: str | None, definition: str | None
) -> ReviewQuestion:
    from msc_evidence.analysis.published.review import ReviewQuestion
    from msc_evidence.registry.lookup import UnknownNameError, find_outcome
    from msc_evidence.registry.reported import Time

    try:
        found = find_outcome(registry, outcome) if outcome else _named_outcome(registry, name)
        time = Time.read(at) if at else _named_time(name)
    except (UnknownNameError, ValueError) as error:
        raise UsageError(str(error)) from None
    if found is None:
        raise UsageError(
            f"'{name}' names no outcome of the registry; --outcome takes one of: {', '.join(registry.outcomes)}"
        )
    return ReviewQuestion(found, time, definition)


def _named_outcome(registry: Registry, name: str) -> str | None:
    """The one outcome whose name, abbreviation or id stands in the name of an analysis."""
    words = name.casefold()
    named = [
        key
        for key, outcome in registry.outcomes.items()
        if any(
            re.search(rf"(?<!\w){re.escape(each.casefold())}(?!\w)", words)
            for each in (outcome.name, outcome.short, key)
            if each
        )
    ]
    return named[0] if len(named) == 1 else None


def _named_time(name: str) -> Time | None:
    from msc_evidence.registry.reported import Time

    for found in re.findall(r"\bat (\d+\s?[a-z]+)", name, re.IGNORECASE):
        try:
            return Time.read(found)
        except ValueError:
            continue
    return None


def _lacking(registry: Registry, question: ReviewQuestion, present: set[str]) -> list[str]:
    """Trials of the registry with results of the outcome at the time that have no row."""
    return [
        trial.shown_name(name)
        for name, trial in registry.trials.items()
        if name not in present
        and any(
            result.outcome == question.outcome and result.arms and question.at in (None, result.at)
            for result in trial.results
        )
    ]
