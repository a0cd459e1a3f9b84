"""Adverse events as outcomes: what was counted in each arm, of how many, and the effect that two counts give."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from msc_evidence.analysis.contrast import LARGEST_ARM, arm_size, main_contrast
from msc_evidence.analysis.results import AnalysedResult, Analysis, analyse_trial
from msc_evidence.registry.exposure import Harm
from msc_evidence.registry.fields import NOT_REPORTED, NotReported
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.statistics.binomial import zero_event_bound
from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.two_arms.effects import EffectEstimate, risk_ratio


@dataclass(frozen=True, slots=True)
class ArmCount:
    """What was counted in one arm: participants with the event, events, and the size of the arm."""

    arm: str
    label: str
    participants: int | None
    events: int | None
    n: int | None

    @property
    def risk(self) -> float | None:
        """The share of the participants who had the event."""
        return self.participants / self.n if self.participants is not None and self.n else None

    @property
    def bound(self) -> float | None:
        """Where nobody had it, the risk that remains possible: 1 − 0.05^(1/n), one-sided 95% (Hanley 1983)."""
        return zero_event_bound(self.n) if self.participants == 0 and self.n else None


@dataclass(frozen=True, slots=True)
class HarmCounts:
    """One kind of adverse event of one trial, in every arm that it was counted in."""

    trial_id: str
    trial: Trial
    index: int
    harm: Harm
    #: The id of the registry's outcome that it is, where it is one.
    outcome: str | None
    arms: tuple[ArmCount, ...]

    @property
    def at(self) -> Time | NotReported:
        """Until when it was counted; the whole follow-up is a time that is not reported."""
        return self.harm.at or NOT_REPORTED

    @property
    def counted(self) -> tuple[ArmCount, ArmCount] | None:
        """The treatment arm and the control arm, where participants are counted in each of them."""
        contrast = main_contrast(self.trial)
        counted = {arm.arm: arm for arm in self.arms if arm.participants is not None}
        if contrast is None or contrast.arm not in counted or contrast.against not in counted:
            return None
        return counted[contrast.arm], counted[contrast.against]

    @property
    def compared(self) -> tuple[ArmCount, ArmCount] | None:
        """The same, where they are counted out of a known size."""
        pair = self.counted
        return pair if pair and all(map(_is_possible, pair)) else None

    @property
    def effect(self) -> EffectEstimate | None:
        """The risk ratio; where one arm is empty Peto's odds ratio.

        Peto's method adds nothing to an empty cell, and is the least biased one for rare events in arms of like size
        (Cochrane Handbook 5.1, 16.9.5). None where not both arms were counted, and where nobody or everybody had the
        event: no ratio follows from that (16.9.3).
        """
        if (pair := self.compared) is None:
            return None
        (a, n1), (c, n2) = ((arm.participants or 0, arm.n or 0) for arm in pair)
        if a + c in (0, n1 + n2):
            return None
        return risk_ratio(a, n1, c, n2) if a and c else peto_odds_ratio(a, n1, c, n2)


def _is_possible(arm: ArmCount) -> bool:
    return arm.participants is not None and arm.n is not None and arm.participants <= arm.n


def peto_odds_ratio(events1: int, n1: int, events2: int, n2: int) -> EffectEstimate:
    """Peto's odds ratio, exp((O − E)/V) ± z/√V, with nothing added to an empty cell (Yusuf 1985).

    >>> peto = peto_odds_ratio(4, 123, 11, 139)
    >>> round(math.log(peto.estimate), 4)
    -0.8604
    """
    total, events = n1 + n2, events1 + events2
    variance = n1 * n2 * events * (total - events) / (total**2 * (total - 1))
    log, half = (events1 - n1 * events / total) / variance, normal_quantile(0.975) / math.sqrt(variance)
    return EffectEstimate("PETO", math.exp(log), math.exp(log - half), math.exp(log + half))


def harm_counts(trial_id: str, trial: Trial, outcomes: Mapping[str, Outcome]) -> Iterator[HarmCounts]:
    """The adverse events of a trial, each with its arms in the record's order."""
    for index, harm in enumerate(trial.harms):
        arms = tuple(
            ArmCount(
                name,
                arm.label or name,
                _count(harm.arms.get(name)),
                _count(harm.events.get(name)),
                _size(trial, name),
            )
            for name, arm in trial.arms.items()
            if name in harm.arms or name in harm.events
        )
        yield HarmCounts(trial_id, trial, index, harm, outcome_of_event(harm.event, outcomes), arms)


def outcome_of_event(event: str, outcomes: Mapping[str, Outcome]) -> str | None:
    """The id of the outcome that an event is by its name, abbreviation or id, in singular or plural."""
    named = _singular(event)
    for outcome_id, outcome in outcomes.items():
        names = (outcome_id.replace("-", " "), outcome.name, outcome.short or "")
        if named in map(_singular, filter(None, names)):
            return outcome_id
    return None


def _singular(words: str) -> str:
    return words.casefold().strip().removesuffix("s")


def harm_results(analysis: Analysis, trial_id: str) -> tuple[AnalysedResult, ...]:
    """The adverse events that are outcomes of the registry as results, in the place `harms`."""
    registry = analysis.registry
    trial = registry.trials[trial_id]
    results = harms_as_results(trial, registry.outcomes)
    analysed = analyse_trial(trial_id, trial.model_copy(update={"results": results}), registry.outcomes)
    return tuple(replace(result, place="harms") for result in analysed)


def results_with_harms(analysis: Analysis, trial_id: str) -> tuple[AnalysedResult, ...]:
    """The results of a trial, and what it counts as a harm where it reports no result of that outcome and time."""
    results = analysis.results(trial_id)
    reported = {
        (each.result.outcome, each.result.at)
        for each in results
        if each.result.definition is None and not each.result.within
    }
    harms = harm_results(analysis, trial_id)
    return (*results, *(harm for harm in harms if (harm.result.outcome, harm.result.at) not in reported))


def harms_as_results(trial: Trial, outcomes: Mapping[str, Outcome]) -> list[Result]:
    """Participants with the event in each arm, of every adverse event that is an outcome and counted in both arms.

    The size of an arm is left open where the first source does not state it: another may.
    """
    return [
        Result.model_validate(
            {
                "outcome": counts.outcome,
                "at": counts.at,
                "source": counts.harm.source,
                "arm": pair[0].arm,
                "against": pair[1].arm,
                "arms": {arm.arm: _counted_of_known(arm) for arm in pair},
            }
        )
        for counts in harm_counts("", trial, outcomes)
        if counts.outcome is not None and (pair := _pair_for_pool(counts)) is not None
    ]


def _pair_for_pool(counts: HarmCounts) -> tuple[ArmCount, ArmCount] | None:
    """Both arms, of known size or of a size that the first source leaves open; None for more events than people."""
    pair = counts.counted
    sized = all(arm.n is not None for arm in pair or ())
    return counts.compared if sized else pair


def _counted_of_known(arm: ArmCount) -> dict[str, str]:
    numbers = {"events": arm.participants, "n": arm.n}
    return {key: str(number) for key, number in numbers.items() if number is not None}


def counted_arms(result: AnalysedResult) -> tuple[ArmCount, ArmCount] | None:
    """What both arms of a result had, where participants with the event were counted out of known sizes."""
    values, contrast = result.result.arms or {}, result.contrast
    if contrast is None or contrast.sizes is None or not {contrast.arm, contrast.against} <= set(values):
        return None
    arms = [
        ArmCount(name, result.trial.arms[name].label or name, _count(values[name].events), None, n)
        for name, n in zip((contrast.arm, contrast.against), contrast.sizes, strict=True)
    ]
    return (arms[0], arms[1]) if all(map(_is_possible, arms)) else None


def _count(number: object) -> int | None:
    return number.count if isinstance(number, Reported) else None


def _size(trial: Trial, arm: str) -> int | None:
    """Participants analysed in an arm, else those randomised to it; none where no trial could have so many."""
    size = arm_size(trial, arm)
    size = size if size is not None else _count(trial.arms[arm].randomised)
    return size if size and size <= LARGEST_ARM else None
