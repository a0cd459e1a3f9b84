"""The measure that a pool is of where nobody names one: the question's own, else one for the kind of outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from msc_evidence.analysis.pool.effects import SOURCES
from msc_evidence.analysis.pool.entry import Entry
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.pool.times import LAST, PoolTime
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.judgements import Summary
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.reported import Time

#: Measures of events, of times to them and of scales, the one to prefer first.
_OF_EVENTS = ("RR", "OR", "RD", "HR", "IRR")
_OF_TIMES = ("HR", "RR", "OR", "RD")
_OF_GRADES = ("PS", "COR", "MD", "SMD")
_OF_VALUES = ("MD", "SMD", "ROM")


def measures_of(outcome: Outcome, definition: str | None) -> tuple[str, ...]:
    """The measures of a kind of outcome, the one to prefer first; a definition of a scale may count people.

    >>> measures_of(Outcome(name="death", type="binary"), None)[0]
    'RR'
    """
    if outcome.type == "time-to-event":
        return _OF_TIMES
    if outcome.type == "binary":
        return _OF_EVENTS
    of_scale = _OF_GRADES if outcome.type == "ordinal" else _OF_VALUES
    return (*_OF_EVENTS, *of_scale) if definition else of_scale


def asked_measure(summary: Summary | None, question: Question) -> str | None:
    """The measure that the registry's own question names for this outcome, as defined, at this time."""
    for row in summary.outcomes if summary else ():
        same = (row.outcome, row.definition) == (question.outcome, question.definition)
        if same and row.measure and (row.at in (None, question.at) or not isinstance(question.at, Time)):
            return row.measure
    return None


def question_measure(
    question: Question,
    at: PoolTime | None,
    results: Mapping[str, Sequence[AnalysedResult]],
    registry: Registry,
) -> str:
    """The measure of the registry's own question, else the usual one; without a time that of all times together."""
    timed = replace(question, at=LAST if at is None else at)
    outcome = registry.outcomes[question.outcome]
    return asked_measure(registry.summary, timed) or usual_measure(timed, results, registry.trials, outcome)


def usual_measure(
    question: Question,
    results: Mapping[str, Sequence[AnalysedResult]],
    trials: Mapping[str, Trial],
    outcome: Outcome,
) -> str:
    """The measure that most trials give as such, the first of several; else what p implies.

    An effect that a p, a cut, or means under a normal distribution imply rests on more than was printed: it decides
    only where there is nothing else. So do measures of other kinds of outcome.
    """
    first = measures_of(outcome, question.definition)
    for tried in (first, tuple(measure for measure in SOURCES if measure not in first and measure != "PETO")):
        entries_by_measure = {
            measure: select(replace(question, measure=measure), results, trials).entries for measure in tried
        }
        given = {
            measure: sum(_as_printed(measure, entry) for entry in entries)
            for measure, entries in entries_by_measure.items()
        }
        counts = (
            given
            if any(given.values())
            else {measure: len(entries) for measure, entries in entries_by_measure.items()}
        )
        if any(counts.values()):
            return max(tried, key=lambda measure: counts[measure])
    effects = [
        result.result.effect for every in results.values() for result in every if question.asks(result)
    ]
    printed = [measure for measure in first if measure in {effect.measure for effect in effects if effect}]
    of_p = [measure for measure in first if "p" in SOURCES[measure] and not question.definition]
    return (*printed, *of_p, first[0])[0]


def _as_printed(measure: str, entry: Entry) -> bool:
    """Whether an effect follows from what was printed alone."""
    return entry.basis not in ("p", "cut") and (measure, entry.basis) != ("PS", "means")
