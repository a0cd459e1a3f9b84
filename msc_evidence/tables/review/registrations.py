"""The table `registrations`: when each trial was registered, what it was to show, and what it reports."""

from __future__ import annotations

from datetime import date

from msc_evidence.analysis.filters import Query
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.posted import Registered
from msc_evidence.registry.reported import Reported
from msc_evidence.tables.table import Column, Table, Value

KEY = ("trial",)
COLUMNS = (
    Column("trial", "Trial"),
    Column("study", "Name"),
    Column("registration", "Registration"),
    Column("version", "Version"),
    Column("submitted", "First submitted"),
    Column("start", "Start"),
    Column("before_start", "Before the start"),
    Column("results_posted", "Results posted"),
    Column("months_to_results", "Months to results", "number"),
    Column("status", "Status"),
    Column("planned", "Planned", "number"),
    Column("enrolled", "Enrolled", "number"),
    Column("registered_primary", "Primary as registered"),
    Column("reported_primary", "Primary as reported"),
)
_PAGE = (
    *("study", "registration", "submitted", "start", "results_posted", "planned", "enrolled"),
    *("registered_primary", "reported_primary"),
)
TITLE = "Registrations"
_UNKNOWN = "what was registered is recorded of no trial; msc-evidence import NCT….json drafts it"


def table(query: Query) -> Table:
    """When trials were registered and results posted, planned and enrolled, and the primary outcomes of both."""
    names = shown_names(query.records)
    rows = tuple(
        _row(name, trial, names[name], query.analysis.registry.outcomes)
        for name, trial in query.records.items()
    )
    notes = () if any(row["submitted"] for row in rows) else (_UNKNOWN,)
    return Table("registrations", COLUMNS, rows, TITLE, notes)


def page_table(query: Query) -> Table:
    """The columns that a page has room for, as far as any trial has them."""
    full = table(query)
    shown = [key for key in _PAGE if any(row[key] is not None for row in full.rows)]
    columns = {column.key: column for column in full.columns}
    return Table(full.name, tuple(columns[key] for key in shown or ("study",)), full.rows, TITLE, full.notes)


def _row(name: str, trial: Trial, study: str, outcomes: dict[str, Outcome]) -> dict[str, Value]:
    source = next((one for one in trial.sources.values() if one.registered), None)
    registered = source.registered if source and source.registered else Registered.model_validate({})
    numbers = trial.registration if isinstance(trial.registration, list) else [trial.registration]
    planned = registered.planned or trial.participants.planned
    return {
        "trial": name,
        "study": study,
        "registration": ", ".join(filter(None, numbers)) or None,
        "version": source.version if source else None,
        "submitted": registered.submitted,
        "start": registered.start,
        "before_start": _before_start(registered),
        "results_posted": registered.results,
        "months_to_results": _months_between(registered.completion, registered.results),
        "status": registered.status,
        "planned": planned.count if isinstance(planned, Reported) else None,
        "enrolled": _count(trial),
        "registered_primary": "; ".join(registered.primary) or None,
        "reported_primary": _reported_primary(trial, outcomes),
    }


def _count(trial: Trial) -> int | None:
    enrolled = trial.participants.enrolled
    return enrolled.count if isinstance(enrolled, Reported) else None


def _before_start(registered: Registered) -> str | None:
    """Whether it was registered before the trial began: yes, no, or not to be told where the start has no day."""
    submitted, start = registered.submitted, registered.start
    if not submitted or not start:
        return None
    # A start in a month has begun by its end: the same month cannot be told.
    if submitted[: len(start)] == start:
        return "yes" if len(start) == len("2015-09-01") else "cannot be told"
    return "yes" if submitted < start else "no"


def _months_between(earlier: str | None, later: str | None) -> int | None:
    """Whole months from one day to another; None where a day is missing."""
    if not earlier or not later:
        return None
    first, second = (
        date.fromisoformat(day if len(day) == len("2015-09-01") else f"{day}-01") for day in (earlier, later)
    )
    return (second.year - first.year) * 12 + second.month - first.month


def _reported_primary(trial: Trial, outcomes: dict[str, Outcome]) -> str | None:
    """`mRS at 90 d; Barthel Index at 1 y`: the results that the sources call primary."""
    called = (_words(result, outcomes[result.outcome]) for result in trial.results if result.primary)
    return "; ".join(dict.fromkeys(called)) or None


def _words(result: Result, outcome: Outcome) -> str:
    at = f" at {result.at}" if result.at is not None and str(result.at) != "not reported" else ""
    return f"{outcome.short or outcome.name}{at}"
