"""What of a registry can be pooled: the outcomes of which two trials or more enter one pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.pool.measure_choice import measures_of
from msc_evidence.analysis.pool.selection import Question, Results, timed_selections
from msc_evidence.analysis.pool.times import LAST, PoolTime
from msc_evidence.analysis.results import Analysis


@dataclass(frozen=True, slots=True)
class PooledOutcome:
    """An outcome as defined, at one time, with how many trials enter its largest pool and on which measure."""

    outcome: str
    definition: str | None
    at: PoolTime
    measure: str
    trials: int


def pooled_outcomes(analysis: Analysis) -> tuple[PooledOutcome, ...]:
    """Every outcome, definition and time of which two trials or more can be pooled, in the registry's order.

    The last time of each trial is another question; it counts where no single time has two trials.
    """
    registry = analysis.registry
    results: Results = {name: analysis.results(name) for name in registry.trials}
    reported = dict.fromkeys(
        (result.result.outcome, result.result.definition)
        for trial_results in results.values()
        for result in trial_results
        if not result.result.within
    )
    found: list[PooledOutcome] = []
    for outcome in registry.outcomes:
        for definition in (words for name, words in reported if name == outcome):
            own = list(_pools_of(analysis, outcome, definition, results, None))
            found += own or _pools_of(analysis, outcome, definition, results, LAST)
    return tuple(found)


def _pools_of(
    analysis: Analysis, outcome: str, definition: str | None, results: Results, at: PoolTime | None
) -> Iterator[PooledOutcome]:
    """The largest pool at each time, whatever the measure; none of one trial alone."""
    largest: dict[PoolTime, PooledOutcome] = {}
    for measure in measures_of(analysis.registry.outcomes[outcome], definition):
        question = Question(outcome, measure, definition=definition)
        for time, selection in timed_selections(question, at, results, analysis.registry.trials):
            count = len({entry.study for entry in selection.entries})
            if count > 1 and (time not in largest or count > largest[time].trials):
                largest[time] = PooledOutcome(outcome, definition, time, measure, count)
    yield from largest.values()
