"""The body of evidence about one outcome at one time: the trials that report it and their pooled effect.

The effect is on the measure that most of the trials allow, pooled by the usual model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from msc_evidence.analysis.body_effect import Scenario, Studies, effect
from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.statistics.two_arms.effects import ABSOLUTE, RATIO_MEASURES, AbsoluteEffect, absolute_effect


@dataclass(frozen=True, slots=True)
class Body:
    """What the trials say about one outcome at one time."""

    asked: SummaryOutcome
    outcome: Outcome
    #: Trials with such a result, whether or not it gives an effect.
    reporting: tuple[str, ...]
    #: Participants of the effect; of all trials reporting where there is none, as far as they are known.
    participants: int
    studies: Studies | None = None
    scenarios: tuple[Scenario, ...] = ()
    #: The trials reporting that are not in the effect, each with the reason.
    left_out: tuple[tuple[str, str], ...] = ()
    randomised: bool | None = None
    #: How many of the trials have arms of unknown size.
    unsized: int = 0
    #: Whether every result is a change from baseline.
    change: bool = False
    #: Whether trials report it of one arm alone, which is no comparison.
    within: bool = False
    #: Trials that count the same event as a harm, which is no result.
    as_harm: tuple[str, ...] = ()

    @property
    def trials(self) -> int:
        """The number of trials in the effect; of all reporting where there is none."""
        return len(self.studies.names) if self.studies else len(self.reporting)

    @property
    def measure(self) -> str | None:
        """The effect measure."""
        return self.studies.measure if self.studies else None

    @property
    def hull(self) -> tuple[float, float] | None:
        """The limits over every scenario."""
        if not self.scenarios:
            return None
        return min(each.ci_lb for each in self.scenarios), max(each.ci_ub for each in self.scenarios)

    @property
    def control(self) -> float | None:
        """The control risk: what the registry states, else the median of the pooled control arms.

        None where no arm's is known, and where it is 0: a ratio of nothing is nothing.
        """
        if self.studies is None or self.measure not in ABSOLUTE:
            return None
        if stated := self.asked.control_risk:
            return float(stated.risk)
        risks = self.studies.control_risks
        return median(risks) if risks and (median(risks) or self.measure not in RATIO_MEASURES) else None

    @property
    def absolute(self) -> AbsoluteEffect | None:
        """What the effect makes of the control risk; of staying without the event where that is the outcome."""
        if self.control is None or self.measure is None or len(self.scenarios) != 1:
            return None
        (only,) = self.scenarios
        found = absolute_effect(self.measure, only.estimate, only.ci_lb, only.ci_ub, self.control)
        return found.of_absence if self.of_absence else found

    @property
    def of_absence(self) -> bool:
        """Whether the outcome is to stay without the event that a hazard ratio is of: survival."""
        return self.measure == "HR" and self.outcome.better == "higher"


def body(asked: SummaryOutcome, trials: Mapping[str, Trial], outcomes: Mapping[str, Outcome]) -> Body:
    """The evidence on an outcome whose time is settled: that of randomised trials alone where they give an effect."""
    reporting = _reporting(asked, trials)
    bare = _without_effect(asked, outcomes[asked.outcome], reporting, trials)
    randomised = {name: each for name, each in reporting.items() if each.design.allocation == "randomised"}
    others = {name: each for name, each in reporting.items() if name not in randomised}
    lacking: dict[str, str] = {}
    for group, rest, why in ((randomised, others, "not randomised"), (others, randomised, "")):
        studies, scenarios, reasons = effect(asked, group, outcomes)
        lacking |= reasons
        if studies:
            left_out = {**lacking, **(dict.fromkeys(rest, why) if why else {})}
            return replace(
                bare,
                participants=studies.participants,
                unsized=0,
                studies=studies,
                scenarios=scenarios,
                left_out=tuple(left_out.items()),
                randomised=group is randomised,
            )
    return replace(bare, left_out=tuple(lacking.items()))


def _without_effect(
    asked: SummaryOutcome, outcome: Outcome, reporting: Mapping[str, Trial], trials: Mapping[str, Trial]
) -> Body:
    known = [sizes for trial in reporting.values() if (sizes := _sizes(trial))]
    results = [result for trial in reporting.values() for result in trial.results]
    words = {asked.outcome.casefold(), outcome.name.casefold()}
    counting = [
        name for name, trial in trials.items() for harm in trial.harms if harm.event.casefold() in words
    ]
    return Body(
        asked,
        outcome,
        tuple(reporting),
        participants=sum(map(sum, known)),
        unsized=len(reporting) - len(known),
        change=bool(results) and all(result.change for result in results),
        within=any(
            result.outcome == asked.outcome and result.within
            for trial in trials.values()
            for result in trial.results
        ),
        as_harm=tuple(dict.fromkeys(counting)),
    )


def settled(asked: SummaryOutcome, trials: Iterable[Trial]) -> SummaryOutcome:
    """The same with its time and, where neither is given, its definition: those that most trials report.

    Of several the one that more of them call primary, then the latest.
    """
    if asked.at is not None:
        return asked
    reported: dict[tuple[object, str | None], list[Result]] = {}
    for trial in trials:
        own = {
            (result.at, result.definition): result
            for result in reversed(trial.results)
            if result.outcome == asked.outcome and not result.within
        }
        for key, result in own.items():
            if asked.definition in (None, key[1]):
                reported.setdefault(key, []).append(result)
    if not reported:
        return asked
    at, definition = max(reported, key=lambda key: _standing(reported[key]))
    return asked.model_copy(update={"at": at, "definition": definition})


def _standing(results: Sequence[Result]) -> tuple[int, int, float]:
    months = float(getattr(results[0].at, "months", -1))
    return len(results), sum(result.primary for result in results), months


def _reporting(asked: SummaryOutcome, trials: Mapping[str, Trial]) -> dict[str, Trial]:
    """The trials with such a result, each with no other results."""
    found = {}
    for name, trial in trials.items():
        same = [result for result in trial.results if _answers(asked, result)]
        if same:
            found[name] = trial.model_copy(update={"results": same})
    return found


def _answers(asked: SummaryOutcome, result: Result) -> bool:
    same = (result.outcome, result.definition) == (asked.outcome, asked.definition)
    return same and result.at == asked.at and not result.within


def _sizes(trial: Trial) -> tuple[int, int] | None:
    contrast = contrast_of(trial, trial.results[0])
    return contrast.sizes if contrast else None
