"""The body of evidence about one outcome at one time: the trials that report it and their pooled effect.

The effect is on the measure that is asked for or usual for the outcome, pooled by the usual model.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import median

from msc_evidence.analysis.effect_studies import EffectStudies, ResultsByTrial, Scenario, effect
from msc_evidence.analysis.harms import (
    ArmCount,
    HarmCounts,
    counted_arms,
    harm_counts,
    harms_as_results,
    results_with_harms,
)
from msc_evidence.analysis.pool.origin import not_randomised
from msc_evidence.analysis.pool.times import PoolTime, length
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.judgements import BaselineRisk, SummaryOutcome
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.effects import (
    ABSOLUTE,
    RATIO_MEASURES,
    AbsoluteEffect,
    absolute_effect,
    score_risk_difference,
)


@dataclass(frozen=True, slots=True)
class Body:
    """What the trials say about one outcome at one time."""

    asked: SummaryOutcome
    outcome: Outcome
    #: The results of trials with such a one, whether or not it gives an effect.
    results: ResultsByTrial
    #: Participants of the effect; of all trials reporting where there is none, as far as they are known.
    participants: int
    studies: EffectStudies | None = None
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
    #: Counts of the same event as a harm that are not in the row: events, one arm alone, another time.
    harms_aside: tuple[HarmCounts, ...] = ()
    #: How long each trial reporting followed its participants, as far as its design says.
    stated_follow_ups: Mapping[str, Time] = field(default_factory=dict)
    #: Of each trial with counts at this time what its arms had, treatment first.
    stated_counts: Mapping[str, tuple[ArmCount, ArmCount]] = field(default_factory=dict)
    #: Other times at which trials report the same, earliest first, and which trials these are.
    elsewhen: tuple[tuple[PoolTime, tuple[str, ...]], ...] = ()
    #: Other definitions that trials report at this time, None for the outcome itself, and which trials these are.
    otherwise: tuple[tuple[str | None, tuple[str, ...]], ...] = ()

    @property
    def reporting(self) -> tuple[str, ...]:
        """The trials with such a result."""
        return tuple(self.results)

    @property
    def names(self) -> tuple[str, ...]:
        """The trials in the effect; all reporting where there is none."""
        return self.studies.names if self.studies else self.reporting

    @property
    def counts(self) -> tuple[tuple[ArmCount, ArmCount], ...]:
        """What the arms of each trial of the row had, treatment first, where they were counted."""
        return tuple(self.stated_counts[name] for name in self.names if name in self.stated_counts)

    @property
    def totals(self) -> tuple[ArmCount, ArmCount] | None:
        """Participants with the event and in all, of the treated and of the control arms of every trial of the row."""
        if not self.counts or len(self.counts) < self.trials:
            return None
        treated, control = (
            ArmCount(
                "", "", sum(arm.participants or 0 for arm in side), None, sum(arm.n or 0 for arm in side)
            )
            for side in zip(*self.counts, strict=True)
        )
        return treated, control

    @property
    def empty_arm(self) -> bool:
        """Whether an arm of a trial had no event and another had some."""
        return any(
            bool(treated.participants) != bool(control.participants) for treated, control in self.counts
        )

    @property
    def crude(self) -> AbsoluteEffect | None:
        """The risks of one trial's arms and their difference, with an interval that an empty arm does not narrow."""
        if self.totals is None or self.trials != 1 or not any(arm.participants for arm in self.totals):
            return None
        (treated, control) = self.totals
        found = score_risk_difference(
            treated.participants or 0, treated.n or 0, control.participants or 0, control.n or 0
        )
        return AbsoluteEffect(control.risk or 0, treated.risk or 0, found.estimate, found.ci_lb, found.ci_ub)

    @property
    def trials(self) -> int:
        """The number of trials in the effect; of all reporting where there is none."""
        return len(self.names)

    @property
    def measure(self) -> str | None:
        """The effect measure."""
        return self.studies.measure if self.studies else None

    @property
    def hull(self) -> tuple[float, float] | None:
        """The limits over every scenario."""
        if not self.scenarios:
            return None
        return min(scenario.ci_lb for scenario in self.scenarios), max(
            scenario.ci_ub for scenario in self.scenarios
        )

    @property
    def control(self) -> float | None:
        """The control risk: what the registry states, else the median of the control arms, pooled or counted beside.

        None where no arm's is known, and where it is 0: a ratio of nothing is nothing.
        """
        if self.studies is None or self.measure not in ABSOLUTE:
            return None
        if stated := self.asked.control_risk:
            return float(stated.risk)
        risks = [risk for _, risk in self.control_risks]
        return median(risks) if risks and (median(risks) or self.measure not in RATIO_MEASURES) else None

    @property
    def control_risks(self) -> tuple[tuple[str, float], ...]:
        """Trials with the risk of their control arm: those pooled by counts, else those that print both."""
        pooled = self.studies.control_risks if self.studies else ()
        beside = (
            (name, self.stated_counts[name][1].risk) for name in self.names if name in self.stated_counts
        )
        return pooled or tuple((name, risk) for name, risk in beside if risk is not None)

    @property
    def absolute(self) -> AbsoluteEffect | None:
        """What the effect makes of the control risk; of staying without the event where that is the outcome."""
        return None if self.control is None else self._absolute_at(self.control)

    @property
    def baselines(self) -> tuple[tuple[BaselineRisk, AbsoluteEffect], ...]:
        """What the effect makes of each further risk that the question names."""
        effects = [(risk, self._absolute_at(float(risk.risk))) for risk in self.asked.baseline_risks]
        return tuple((risk, absolute) for risk, absolute in effects if absolute is not None)

    def _absolute_at(self, control: float) -> AbsoluteEffect | None:
        if self.measure not in ABSOLUTE or len(self.scenarios) != 1:
            return None
        (only,) = self.scenarios
        absolute = absolute_effect(str(self.measure), only.estimate, only.ci_lb, only.ci_ub, control)
        return absolute.of_absence if self.of_absence else absolute

    @property
    def follow_up(self) -> tuple[Time, Time] | None:
        """The shortest and the longest follow-up that the trials of the row state, None where none does."""
        ordered = sorted(self.follow_ups, key=length)
        return (ordered[0], ordered[-1]) if ordered else None

    @property
    def follow_ups(self) -> tuple[Time, ...]:
        """How long the trials of the row followed their participants, as far as they say."""
        return tuple(self.stated_follow_ups[name] for name in self.names if name in self.stated_follow_ups)

    @property
    def clipped(self) -> bool:
        """Whether the effect or a limit leads to a risk beyond 1, which is shown as 1."""
        if self.control is None or self.measure not in ("RR", "RD") or len(self.scenarios) != 1:
            return False
        (only,) = self.scenarios
        values = (only.estimate, only.ci_lb, only.ci_ub)
        risks = [self.control * value if self.measure == "RR" else self.control + value for value in values]
        return max(risks) > 1 or min(risks) < 0

    @property
    def of_absence(self) -> bool:
        """Whether the outcome is to stay without the event that a hazard ratio is of: survival, not time to death."""
        return self.measure == "HR" and self.outcome.better == "higher" and not self._named_by_event

    @property
    def benefit(self) -> int | None:
        """+1 where more of what the absolute effect counts are better, −1 where fewer are; None: nothing says.

        More of the event that a time is to are better where an early one is. Which end of a scale is better says
        nothing of a part of it.
        """
        if self.asked.definition or self.outcome.better is None:
            return None
        more = self.outcome.better == "higher"
        return 1 if more != (self.measure == "HR" and self._named_by_event) else -1

    @property
    def _named_by_event(self) -> bool:
        return self.outcome.name.casefold().startswith(("time to ", "time until "))


def body(question_row: SummaryOutcome, trials: Iterable[str], analysis: Analysis) -> Body:
    """The evidence on an outcome whose time is settled: that of randomised trials alone where they give an effect."""
    registry = analysis.registry
    results_by_trial = {name: results_with_harms(analysis, name) for name in trials}
    answering = {
        name: [result for result in trial_results if _answers_row(question_row, result.result)]
        for name, trial_results in results_by_trial.items()
    }
    reporting = {name: trial_results for name, trial_results in answering.items() if trial_results}
    bare = _body_without_effect(question_row, reporting, results_by_trial, registry)
    randomised = {
        name: trial_results
        for name, trial_results in reporting.items()
        if not not_randomised(registry.trials[name])
    }
    others = {name: trial_results for name, trial_results in reporting.items() if name not in randomised}
    lacking: dict[str, str] = {}
    for group, rest, why in ((randomised, others, "not randomised"), (others, randomised, "")):
        studies, scenarios, reasons = effect(question_row, group, registry)
        lacking |= reasons
        if studies:
            left_out = {**lacking, **(dict.fromkeys(rest, why) if why else {})}
            return replace(
                bare,
                participants=studies.participants,
                unsized=studies.unsized,
                studies=studies,
                scenarios=scenarios,
                left_out=tuple(left_out.items()),
                randomised=group is randomised,
            )
    of_one_kind = bool(randomised) != bool(others)
    return replace(
        bare, left_out=tuple(lacking.items()), randomised=bool(randomised) if of_one_kind else None
    )


def _body_without_effect(
    question_row: SummaryOutcome,
    reporting: ResultsByTrial,
    results_by_trial: ResultsByTrial,
    registry: Registry,
) -> Body:
    outcome = registry.outcomes[question_row.outcome]
    contrasts = [trial_results[0].contrast for trial_results in reporting.values()]
    known = [contrast.sizes for contrast in contrasts if contrast and contrast.sizes]
    results = [analysed.result for trial_results in reporting.values() for analysed in trial_results]
    harms = [
        counts
        for name in results_by_trial
        for counts in harm_counts(name, registry.trials[name], registry.outcomes)
        if counts.outcome == question_row.outcome and not (counts.at == question_row.at and name in reporting)
    ]
    others = [
        (key, names)
        for key, names in _reporting(question_row.outcome, results_by_trial).items()
        if key != (question_row.at, question_row.definition)
    ]
    return Body(
        question_row,
        outcome,
        reporting,
        participants=sum(map(sum, known)),
        unsized=len(reporting) - len(known),
        change=bool(results) and all(result.change for result in results),
        within=any(
            analysed.result.outcome == question_row.outcome and analysed.result.within
            for trial_results in results_by_trial.values()
            for analysed in trial_results
        ),
        harms_aside=tuple(harms),
        stated_follow_ups={
            name: follow_up
            for name in reporting
            if isinstance(follow_up := registry.trials[name].design.follow_up, Time)
        },
        stated_counts={
            name: pair
            for name, trial_results in reporting.items()
            if (pair := counted_arms(trial_results[0])) is not None
        },
        elsewhen=tuple((at, names) for (at, defined), names in others if defined == question_row.definition),
        otherwise=tuple((defined, names) for (at, defined), names in others if at == question_row.at),
    )


def _reporting(
    outcome: str, results_by_trial: ResultsByTrial
) -> dict[tuple[PoolTime, str | None], tuple[str, ...]]:
    """The trials that report the outcome, by time, the earliest first, and definition."""
    trials: dict[tuple[PoolTime, str | None], dict[str, None]] = {}
    for name, trial_results in results_by_trial.items():
        for analysed in trial_results:
            result = analysed.result
            if analysed.place == "results" and result.outcome == outcome and not result.within:
                trials.setdefault((result.at, result.definition), {})[name] = None
    order = sorted(trials, key=lambda key: (length(key[0]), key[1] or ""))
    return {key: tuple(trials[key]) for key in order}


def settled(
    question_row: SummaryOutcome, trials: Iterable[Trial], outcomes: Mapping[str, Outcome]
) -> SummaryOutcome:
    """The same with its time and, where neither is given, its definition: those that most trials report.

    What is counted as a harm is reported too.

    Of several the one that more of them call primary, then the latest.
    """
    if question_row.at is not None:
        return question_row
    reported: dict[tuple[object, str | None], list[Result]] = {}
    for trial in trials:
        by_time_and_definition = {
            (result.at, result.definition): result
            for result in (*harms_as_results(trial, outcomes), *reversed(trial.results))
            if result.outcome == question_row.outcome and not result.within
        }
        for key, result in by_time_and_definition.items():
            if question_row.definition in (None, key[1]):
                reported.setdefault(key, []).append(result)
    if not reported:
        return question_row
    at, definition = max(reported, key=lambda key: _rank_of_times(reported[key]))
    return question_row.model_copy(update={"at": at, "definition": definition})


def _rank_of_times(results: Sequence[Result]) -> tuple[int, int, float]:
    months = float(getattr(results[0].at, "months", -1))
    return len(results), sum(result.primary for result in results), months


def _answers_row(question_row: SummaryOutcome, result: Result) -> bool:
    same = (result.outcome, result.definition) == (question_row.outcome, question_row.definition)
    return same and result.at == question_row.at and not result.within
