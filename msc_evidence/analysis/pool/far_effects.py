"""Effects of a trial, or of the trials of one team, whose interval lies beyond that of all other trials."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.harms import results_with_harms
from msc_evidence.analysis.pool.entry import Entry, study_set
from msc_evidence.analysis.pool.measure_choice import question_measure
from msc_evidence.analysis.pool.pool import Pool, Refused, Settings, pool_set
from msc_evidence.analysis.pool.selection import Question, timed_selections
from msc_evidence.analysis.pool.times import PoolTime
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.model import Trial
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES

#: Fewer other trials than these do not say what is usual.
LEAST_OTHERS = 3


@dataclass(frozen=True, slots=True)
class FarEffect:
    """What a team's trials give, and what all others do, where the two intervals do not meet."""

    outcome: str
    definition: str | None
    at: PoolTime
    team: tuple[str, ...]
    own: Pool
    others: Pool

    @property
    def gap(self) -> float:
        """The distance of the nearest limits on the scale of the analysis."""
        one, two = self.own.pooled, self.others.pooled
        return float(max(one.ci_lb - two.ci_ub, two.ci_lb - one.ci_ub))

    @property
    def times(self) -> float | None:
        """How many times the nearer limit of the one is that of the other, where the measure is a ratio."""
        return math.exp(self.gap) if self.own.settings.measure in RATIO_MEASURES else None


def far_effects(analysis: Analysis, names: Sequence[str]) -> Iterator[FarEffect]:
    """Every effect of a trial or a team that three other trials or more, pooled by random effects, do not come near.

    A team is of the trials that share their first or their last author.
    """
    registry = analysis.registry
    teams = list(_teams({name: registry.trials[name] for name in names}))
    results = {name: results_with_harms(analysis, name) for name in names}
    questions = dict.fromkeys(
        (each.result.outcome, each.result.definition)
        for found in results.values()
        for each in found
        if not each.result.within
    )
    for outcome, definition in questions:
        asked = Question(outcome, "", definition=definition)
        measure = question_measure(asked, None, results, registry)
        question = Question(outcome, measure, definition=definition)
        for at, selection in timed_selections(question, None, results, registry.trials):
            entries = [entry for entry in selection.entries if entry.directed]
            for team in teams:
                found = _far_effect(question, at, team, entries)
                if found is not None:
                    yield found


def _teams(trials: Mapping[str, Trial]) -> Iterator[tuple[str, ...]]:
    """Each trial by itself, and the trials that share their first or their last author."""
    by_author: dict[str, dict[str, None]] = {}
    for name, trial in trials.items():
        yield (name,)
        authors = trial.citation.authors or []
        for author in {*authors[:1], *authors[-1:]}:
            by_author.setdefault(author.casefold(), {})[name] = None
    yield from dict.fromkeys(tuple(names) for names in by_author.values() if len(names) > 1)


def _far_effect(
    question: Question, at: PoolTime, team: tuple[str, ...], entries: Sequence[Entry]
) -> FarEffect | None:
    own = [entry for entry in entries if entry.study in team]
    others = [entry for entry in entries if entry.study not in team]
    complete = {entry.study for entry in own} == {*team}
    if not complete or len({entry.study for entry in others}) < LEAST_OTHERS:
        return None
    settings = Settings.usual(question.measure)
    try:
        pools = [
            pool_set(study_set("", part, question.measure), settings, beside=False) for part in (own, others)
        ]
    except Refused:
        return None
    found = FarEffect(question.outcome, question.definition, at, team, *pools)
    return found if found.gap > 0 else None
