"""The body of evidence about one outcome at one time: the trials that report it and their pooled effect.

The effect is on the measure that is asked for or usual for the outcome, pooled by the usual model.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from msc_evidence.analysis.harms import (
    ArmCount,
    HarmCounts,
    counted_arms,
    harm_counts,
    harms_as_results,
    results_with_harms,
)
from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.measure_choice import usual_measure
from msc_evidence.analysis.pool.origin import not_randomised
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, entering, pool_set, studies_left_out
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.pool.times import PoolTime, length
from msc_evidence.analysis.results import AnalysedResult, Analysis
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.statistics.scale import scale_of
from msc_evidence.statistics.two_arms.effects import (
    ABSOLUTE,
    RATIO_MEASURES,
    AbsoluteEffect,
    absolute_effect,
)

#: The results that may answer a question, by the id of their trial.
ResultsByTrial = Mapping[str, Sequence[AnalysedResult]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A pooled effect on its natural scale; the name says what it supposes of directions that no source gives."""

    name: str
    estimate: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class Heterogeneity:
    """How far studies disagree: I² in per cent, τ² on the analysis scale, the 95% prediction interval if any."""

    i2: float
    tau2: float
    pi_lb: float | None
    pi_ub: float | None


@dataclass(frozen=True, slots=True)
class EffectStudies:
    """The studies that give an effect on one measure, in each scenario, and why the others do not."""

    measure: str
    sets: tuple[StudySet, ...]
    entries: tuple[Entry, ...]
    left_out: tuple[tuple[str, str], ...]
    #: Choices among what the trials print that a reader must know.
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The trials, each once."""
        return tuple(dict.fromkeys(entry.study for entry in self.entries))

    @property
    def participants(self) -> int:
        """Those of all groups."""
        return round(sum(entry.participants for entry in self.entries))

    @property
    def silent(self) -> tuple[str, ...]:
        """The trials of which no source says which arm did better."""
        return tuple(entry.study for entry in self.entries if not entry.directed)

    @property
    def settings(self) -> Settings:
        """The usual model of the measure, as `pool` takes it."""
        return Settings.usual(self.measure)

    @property
    def control_risks(self) -> tuple[float, ...]:
        """The control arms' risks, where studies are counts."""
        data = [entry.data for entry in self.entries if entry.basis == "counts"]
        return tuple(arm_data["ci"] / arm_data["n2i"] for arm_data in data)

    @property
    def control_entries(self) -> tuple[Entry, ...]:
        """The studies with a control arm's mean, where the effect is on its scale: finals, else changes."""
        if self.measure != "MD":
            return ()
        with_means = tuple(entry for entry in self.entries if "m2i" in entry.data)
        return tuple(entry for entry in with_means if not entry.is_change) or with_means

    @property
    def control_means(self) -> tuple[float, ...]:
        """The control arms' means, where the effect is on their scale; never finals beside changes."""
        return tuple(entry.data["m2i"] for entry in self.control_entries)

    @property
    def control_sd(self) -> float | None:
        """The median standard deviation of the control arms, where studies give means."""
        spreads = [entry.data["sd2i"] for entry in self.entries if "sd2i" in entry.data]
        return median(spreads) if spreads else None

    @property
    def heterogeneity(self) -> Heterogeneity | None:
        """That of several studies, None of one; of the first scenario."""
        if len(self.entries) < 2:
            return None
        pooled = pool_set(self.sets[0], self.settings, beside=False).pooled
        back = scale_of(self.measure).back
        limits = [back(limit) if math.isfinite(limit) else None for limit in (pooled.pi_lb, pooled.pi_ub)]
        return Heterogeneity(pooled.i2, pooled.tau2, limits[0], limits[1])

    def scenarios(self) -> tuple[Scenario, ...]:
        """The pooled effect of each set; raises Refused where there is none."""
        return tuple(self._scenario_of(study_set) for study_set in self.sets)

    def _scenario_of(self, studies: StudySet) -> Scenario:
        pooled = pool_set(studies, self.settings, beside=False).pooled
        values = pooled.estimate, pooled.ci_lb, pooled.ci_ub
        if not all(map(math.isfinite, values)):
            raise Refused("these studies do not vary")
        return Scenario(studies.name, *map(scale_of(self.measure).back, values))


def effect(
    question_row: SummaryOutcome, results: ResultsByTrial, registry: Registry
) -> tuple[EffectStudies | None, tuple[Scenario, ...], dict[str, str]]:
    """The studies and the pooled effect on the measure asked for, else on the usual one, as `pool` selects them.

    Without an effect None and nothing, and for each trial what it lacks. The results are of one outcome, time and
    definition.
    """
    question = Question(question_row.outcome, question_row.measure or "", definition=question_row.definition)
    if not question_row.measure:
        outcome = registry.outcomes[question_row.outcome]
        question = replace(question, measure=usual_measure(question, results, registry.trials, outcome))
    selection = select(question, results, registry.trials)
    if not selection.entries:
        return None, (), dict(selection.left_out)
    try:
        studies = _effect_studies(question.measure, selection)
        return studies, studies.scenarios(), dict(studies.left_out)
    except Refused as error:
        return None, (), dict(selection.left_out) | {entry.study: str(error) for entry in selection.entries}


def _effect_studies(measure: str, selection: Selection) -> EffectStudies:
    """The selection without the studies that no effect can be computed of; raises Refused where none is left."""
    sets = [entering(study_set, Settings.usual(measure)) for study_set in selection.study_sets(measure)]
    left = set(sets[0][0].labels)
    entries = tuple(entry for entry in selection.entries if entry.label in left)
    reasons = dict(studies_left_out(selection.study_sets(measure)[0], Settings.usual(measure)))
    without = {
        entry.study: reasons.get(entry.label, f"gives no {measure}")
        for entry in selection.entries
        if entry.label not in left
    }
    left_out = (*selection.left_out, *without.items())
    return EffectStudies(measure, tuple(studies for studies, _ in sets), entries, left_out, selection.notes)


@dataclass(frozen=True, slots=True)
class Body:
    """What the trials say about one outcome at one time."""

    asked: SummaryOutcome
    outcome: Outcome
    #: Trials with such a result, whether or not it gives an effect.
    reporting: tuple[str, ...]
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
    #: Of each trial with counts at this time what its arms had, treatment first.
    counts: tuple[tuple[ArmCount, ArmCount], ...] = ()
    #: Other times at which trials report the same, earliest first, and which trials these are.
    elsewhen: tuple[tuple[PoolTime, tuple[str, ...]], ...] = ()
    #: Other definitions that trials report at this time, None for the outcome itself, and which trials these are.
    otherwise: tuple[tuple[str | None, tuple[str, ...]], ...] = ()

    @property
    def totals(self) -> tuple[ArmCount, ArmCount] | None:
        """Participants with the event and in all, of the treated and of the control arms of every trial reporting."""
        if not self.counts or len(self.counts) < len(self.reporting):
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
        return min(scenario.ci_lb for scenario in self.scenarios), max(
            scenario.ci_ub for scenario in self.scenarios
        )

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
        absolute = absolute_effect(self.measure, only.estimate, only.ci_lb, only.ci_ub, self.control)
        return absolute.of_absence if self.of_absence else absolute

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
        named_by_event = self.outcome.name.casefold().startswith(("time to ", "time until "))
        return self.measure == "HR" and self.outcome.better == "higher" and not named_by_event


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
                unsized=0,
                studies=studies,
                scenarios=scenarios,
                left_out=tuple(left_out.items()),
                randomised=group is randomised,
            )
    return replace(bare, left_out=tuple(lacking.items()))


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
        tuple(reporting),
        participants=sum(map(sum, known)),
        unsized=len(reporting) - len(known),
        change=bool(results) and all(result.change for result in results),
        within=any(
            analysed.result.outcome == question_row.outcome and analysed.result.within
            for trial_results in results_by_trial.values()
            for analysed in trial_results
        ),
        harms_aside=tuple(harms),
        counts=tuple(
            pair
            for trial_results in reporting.values()
            if (pair := counted_arms(trial_results[0])) is not None
        ),
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
