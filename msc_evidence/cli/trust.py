"""What checks of trustworthiness are given on the command line: a list of retractions, a day, tests on request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msc_evidence.cli.exits import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from msc_evidence.reading.retractions import RetractionList
    from msc_evidence.registry.loader import Registry


#: How the day of a search is kept.
SEARCH_RECORDED = (
    "to record the search give each trial `notices: {searched: the day of the list, in: [its name]}`"
)


@dataclass(frozen=True, slots=True)
class TrustNeeds:
    """What checks of trustworthiness are given besides the record."""

    retractions: RetractionList | None
    as_of: date
    tests: bool


def trust_needs(retractions: Path | None, as_of: str | None, *, tests: bool) -> TrustNeeds:
    """The list, the day and whether tests on request run; raises UsageError for what is none of these."""
    from datetime import date

    from msc_evidence.registry.calendar import CalendarDate

    try:
        day = CalendarDate.read(as_of).latest if as_of is not None else date.today()
    except ValueError as unreadable:
        raise UsageError(f"--as-of: {unreadable}") from None
    return TrustNeeds(_retraction_list(retractions) if retractions is not None else None, day, tests)


def trust_remarks(needs: TrustNeeds, registry: Registry, names: Sequence[str]) -> Iterator[str]:
    """What was looked at on request, and how to record it."""
    if needs.tests:
        from msc_evidence.analysis.results import Analysis
        from msc_evidence.checks.msc8_on_request import tried_words
        from msc_evidence.checks.rule import Subject

        analysis = Analysis(registry)
        yield tried_words([Subject(name, analysis) for name in names or registry.trials])
    if needs.retractions is not None:
        yield from needs.retractions.looked_up_words
        yield SEARCH_RECORDED


def _retraction_list(file: Path) -> RetractionList:
    from msc_evidence.reading.retractions import UnreadableListError, read_retractions
    from msc_evidence.registry.files import file_bytes
    from msc_evidence.registry.studies import decoded

    try:
        return read_retractions(decoded(file_bytes(file), str(file), "CSV or JSON"), file.name)
    except UnreadableListError as unreadable:
        raise UsageError(f"--retractions: {unreadable}") from None
