"""What a plot shows of a registry: which outcomes and times, and their results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.registry.reported import Time
from msc_evidence.tables.words import shown_names, without_commands

#: A trial, as a picture names it, and why it is not in the picture.
Unplaced = tuple[str, str]
#: Said of a trial only where one outcome is asked for.
NO_RESULT = "no result of this outcome"


def unplaced_reasons(unplaced: Sequence[Unplaced]) -> list[str]:
    """The trials that are not in a picture, each once, grouped by the reason.

    >>> unplaced_reasons([("Lee 2010", "no p reported"), ("Jin 2017", "one-sided p"), ("Law 2021", "no p reported")])
    ['Lee 2010, Law 2021: no p reported', 'Jin 2017: one-sided p']
    """
    names_by_reason: dict[str, list[str]] = {}
    for name, reason in unplaced:
        names = names_by_reason.setdefault(reason, [])
        names += [name] * (name not in names)
    return [f"{', '.join(names)}: {without_commands(reason)}" for reason, names in names_by_reason.items()]


@dataclass(frozen=True, slots=True)
class Scope:
    """A registry, and what was asked of it: all outcomes and times where None."""

    analysis: Analysis
    outcome: str | None = None
    at: Time | None = None
    definition: str | None = None
    #: Where no one outcome is named: of these alone.
    among: Sequence[str] | None = None

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

    def times(self, outcome: str) -> list[Time | None]:
        """The times at which an outcome has results, earliest first; None alone where no source gives one."""
        if self.at is not None:
            return [self.at]
        months = {
            result.at: result.at.months
            for trial in self.trials.values()
            for result in trial.results
            if result.outcome == outcome and result.definition == self.definition
            if isinstance(result.at, Time)
        }
        return [*sorted(months, key=lambda at: months[at])] or [None]

    def results(self, outcome: str) -> Iterator[AnalysedResult]:
        """Every result of an outcome at the time asked for."""
        for name in self.trials:
            for result in self.analysis.results(name):
                same = result.result.outcome == outcome and result.result.definition == self.definition
                if same and self.at in (None, result.result.at):
                    yield result

    def title(self, outcome: str, at: Time | None) -> str:
        """`modified Rankin Scale at 3 mo`."""
        named = self.outcomes[outcome].name
        defined = f" ({self.definition})" if self.definition else ""
        return f"{named}{defined}, time not reported" if at is None else f"{named}{defined} at {at}"
