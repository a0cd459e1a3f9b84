"""What of a registry can be pooled: the outcomes of which two trials or more enter one pool."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from msc_evidence.analysis.harms import results_with_harms
from msc_evidence.analysis.pool.entry import Selection
from msc_evidence.analysis.pool.measure_choice import measures_of
from msc_evidence.analysis.pool.pool import Refused, Settings, entering
from msc_evidence.analysis.pool.selection import Question, Results, timed_selections
from msc_evidence.analysis.pool.times import LAST, PoolTime
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.fields import NOT_REPORTED


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
    results: Results = {name: results_with_harms(analysis, name) for name in registry.trials}
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
    """The largest pool at each time that a source states, whatever the measure; none of one trial alone."""
    largest: dict[PoolTime, PooledOutcome] = {}
    for measure in measures_of(analysis.registry.outcomes[outcome], definition):
        question = Question(outcome, measure, definition=definition)
        for time, selection in timed_selections(question, at, results, analysis.registry.trials):
            count = 0 if time == NOT_REPORTED else _trials_that_weigh(selection, measure)
            if count > 1 and (time not in largest or count > largest[time].trials):
                largest[time] = PooledOutcome(outcome, definition, time, measure, count)
    yield from largest.values()


def _trials_that_weigh(selection: Selection, measure: str) -> int:
    """How many trials have a weight in the pool: none of those without an event in either arm."""
    sets = selection.study_sets(measure)
    try:
        left = set(entering(sets[0], Settings.usual(measure))[0].labels) if sets else set()
    except Refused:
        return 0
    return len({entry.study for entry in selection.entries if entry.label in left})
