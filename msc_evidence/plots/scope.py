"""What a plot shows of a registry: which outcomes and times, and their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.filters import ANY, Query
from msc_evidence.analysis.pool.lacking import by_reason
from msc_evidence.analysis.pool.selection import Question
from msc_evidence.analysis.pool.study import COMBINE
from msc_evidence.analysis.pool.times import PoolTime, TimeWindow
from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.lookup import shown_names
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.trial_words import treated_label
from msc_evidence.tables.words import without_commands

#: A trial, as a picture names it, and why it is not in the picture.
Unplaced = tuple[str, str]


def unplaced_reasons(unplaced: Sequence[Unplaced]) -> list[str]:
    """The trials that are not in a picture, each once, grouped by the reason.

    >>> unplaced_reasons([("Lee 2010", "no p reported"), ("Jin 2017", "one-sided p"), ("Law 2021", "no p reported")])
    ['Lee 2010, Law 2021: no p reported', 'Jin 2017: one-sided p']
    """
    groups = by_reason(unplaced).items()
    return [f"{', '.join(names)}: {without_commands(reason)}" for reason, names in groups]


@dataclass(frozen=True, slots=True)
class Scope:
    """A registry, and what was asked of it: all outcomes and times where None."""

    analysis: Analysis
    outcome: str | None = None
    at: Time | None = None
    definition: str | None = None
    #: Where no one outcome is named: of these alone.
    among: Sequence[str] | None = None
    #: What to do with several treatment arms of one trial.
    arms: str = COMBINE
    #: Of pools: the last time of each trial within it, in place of one time.
    window: TimeWindow | None = None
    #: The cells that were asked for, by which the treated side may be called.
    cells: str | None = None
    #: Of pictures with a panel for each result: no more than the first so many.
    most_panels: int | None = None

    @classmethod
    def of(
        cls,
        query: Query,
        outcome: str | None,
        definition: str | None = None,
        arms: str = COMBINE,
        window: TimeWindow | None = None,
    ) -> Scope:
        """What a query asks: of one outcome, or of those that it is about."""
        narrowed = query.analysis.restricted(query.trials)
        return cls(
            narrowed, outcome, query.at, definition, query.outcomes, arms, window, query.criteria.cells
        )

    @property
    def registry(self) -> Registry:
        """The registry."""
        return self.analysis.registry

    @property
    def trials(self) -> Mapping[str, Trial]:
        """The trials by their ids."""
        return self.registry.trials

    @property
    def outcomes(self) -> Mapping[str, Outcome]:
        """The outcomes by their ids."""
        return self.registry.outcomes

    @property
    def sides(self) -> tuple[str, str]:
        """What the control and the treated side are called."""
        terms, asked = self.registry.terms, None if self.cells == ANY else self.cells
        return terms.control or "control", treated_label(self.trials.values(), terms, asked)

    def names(self) -> dict[str, str]:
        """Short names of the trials by their ids."""
        return shown_names(self.trials)

    def outcome_ids(self) -> list[str]:
        """The outcomes asked for: the one named, else those that have a result, in the registry's order."""
        if self.outcome is not None:
            return [self.outcome]
        reported = {result.outcome for trial in self.trials.values() for result in trial.results}
        outcomes = self.outcomes if self.among is None else self.among
        return [name for name in outcomes if name in reported]

    def questions(self) -> list[Question]:
        """What is to be pooled: the outcome so defined; where none is named, each outcome as trials define it."""
        if self.outcome is not None or self.definition is not None:
            return [
                Question(name, "", definition=self.definition, arms=self.arms) for name in self.outcome_ids()
            ]
        results = [result for trial in self.trials.values() for result in trial.results if not result.within]
        found = {
            name: dict.fromkeys(result.definition for result in results if result.outcome == name)
            for name in self.outcome_ids()
        }
        return [Question(name, "", definition=each, arms=self.arms) for name in found for each in found[name]]

    @property
    def pool_time(self) -> PoolTime | None:
        """When pools are to be of; None for each time apart."""
        return self.window or self.at

    def results(self, outcome: str) -> Iterator[AnalysedResult]:
        """Every result of an outcome at the time asked for."""
        for name in self.trials:
            for result in self.analysis.results(name):
                same = result.result.outcome == outcome and result.result.definition == self.definition
                if same and self.at in (None, result.result.at):
                    yield result
