"""The pooled results of a registry by what they are of, so that those of two registries can be set side by side."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

from msc_evidence.analysis.harms import results_with_harms
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, pool_set
from msc_evidence.analysis.pool.registry_sets import sets_at
from msc_evidence.analysis.pool.selection import Question, Results, timed_selections
from msc_evidence.analysis.pool.times import LAST, PoolTime
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.reported import Time

#: Pools of the same data in another order are equal to about this.
SAME = 1e-9


@dataclass(frozen=True, slots=True)
class PoolKey:
    """What a pooled result is of; times that mean the same are one."""

    outcome: str
    definition: str | None
    at: PoolTime
    scenario: str

    def words(self, outcome: str) -> str:
        """The pool in words: `Barthel Index at 90 d`."""
        defined = f" ({self.definition})" if self.definition else ""
        at = f" at {self.at}" if isinstance(self.at, Time) else ""
        scenario = f", {self.scenario}" if self.scenario else ""
        return f"{outcome}{defined}{at}{scenario}"


@dataclass(frozen=True, slots=True)
class PooledNumbers:
    """One pooled result: its measure, how many trials it has, and its numbers on the scale that people read."""

    measure: str
    k: int
    estimate: float
    low: float
    high: float
    null: float

    @property
    def crosses(self) -> bool:
        """Whether the interval has the value of no difference within it."""
        return self.low <= self.null <= self.high

    def differs(self, other: PooledNumbers) -> bool:
        """Whether another pool is a different one, beyond the order in which its trials were added."""
        numbers = ((self.estimate, other.estimate), (self.low, other.low), (self.high, other.high))
        same = all(math.isclose(a, b, rel_tol=SAME, abs_tol=SAME) for a, b in numbers)
        return not same or (self.measure, self.k) != (other.measure, other.k)

    @classmethod
    def of(cls, pool: Pool) -> PooledNumbers:
        """The numbers of a pool."""
        scale, pooled = pool.settings.scale, pool.pooled
        ends = [scale.back(value) for value in (pooled.estimate, pooled.ci_lb, pooled.ci_ub)]
        return cls(pool.settings.measure, pooled.k, ends[0], ends[1], ends[2], scale.back(0.0))


def registry_pools(analysis: Analysis) -> dict[PoolKey, PooledNumbers]:
    """The pool of each outcome, definition and time at which two trials or more enter."""
    return dict(_each_pool(analysis))


def _each_pool(analysis: Analysis) -> Iterator[tuple[PoolKey, PooledNumbers]]:
    registry = analysis.registry
    results = {name: results_with_harms(analysis, name) for name in registry.trials}
    every = [each.result for own in results.values() for each in own]
    for outcome in registry.outcomes:
        for definition in dict.fromkeys(each.definition for each in every if each.outcome == outcome):
            try:
                yield from _pools_of(Question(outcome, "", definition=definition), analysis, results)
            except Refused:
                continue


def _pools_of(
    question: Question, analysis: Analysis, results: Results
) -> Iterator[tuple[PoolKey, PooledNumbers]]:
    registry = analysis.registry
    times = dict.fromkeys(each.result.at for own in results.values() for each in own if question.asks(each))
    for time in times:
        at: PoolTime = time if isinstance(time, Time) else LAST
        measure = question_measure(question, at, results, registry)
        timed = timed_selections(replace(question, measure=measure), at, results, registry.trials)
        for pool_time, selection in timed:
            if len(selection.entries) < 2:
                continue
            for studies in sets_at(
                selection.named(shown_names(registry.trials)), pool_time, measure, several=False
            ):
                try:
                    pool = pool_set(studies, Settings.usual(measure), beside=False)
                except Refused:
                    continue
                yield (
                    PoolKey(question.outcome, question.definition, pool_time, studies.name),
                    PooledNumbers.of(pool),
                )
