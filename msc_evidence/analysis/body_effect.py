"""The effect that a body of evidence gives: the measure that most of its trials allow, pooled by the usual model."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from msc_evidence.analysis.contrast import contrast_of
from msc_evidence.analysis.pooled import Refused, Settings, StudySet, entering, pool_set
from msc_evidence.analysis.selection import Question, select
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.model import Outcome, Trial
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES, from_ci

#: Ratios that trials print of events and times, the one to prefer first.
PRINTED_RATIOS = ("RR", "OR", "HR")
#: Effect measures by the kind of outcome, the one to prefer first.
_OF_EVENTS = ("RR", "OR", "RD", "HR")
_OF_TIMES = ("HR", "RR", "OR", "RD")
_OF_SCALES = ("MD", "SMD", "PS")


@dataclass(frozen=True, slots=True)
class Scenario:
    """A pooled effect on its natural scale; the name says what it supposes of directions that no source gives."""

    name: str
    estimate: float
    ci_lb: float
    ci_ub: float


@dataclass(frozen=True, slots=True)
class Studies:
    """The studies that give an effect on one measure, in each scenario, and why the others do not."""

    measure: str
    #: The measure that they are pooled as: GEN where effects are taken as reported.
    pooled_as: str
    sets: tuple[StudySet, ...]
    names: tuple[str, ...]
    participants: int
    left_out: tuple[tuple[str, str], ...]
    #: Those whose effect is the one that their p-value and group sizes imply.
    implied: tuple[str, ...] = ()
    #: Those of them of which no source says which arm did better.
    silent: tuple[str, ...] = ()

    @property
    def settings(self) -> Settings:
        """The usual model of the measure, as `pool` takes it."""
        return Settings.usual(self.pooled_as)

    @property
    def control_risks(self) -> tuple[float, ...]:
        """The control arms' risks, where the studies are counts."""
        columns = self.sets[0].columns
        return tuple((columns["ci"] / columns["n2i"]).tolist()) if "ci" in columns else ()

    @property
    def control_means(self) -> tuple[float, ...]:
        """The control arms' means, where the effect is on their scale."""
        columns = self.sets[0].columns
        return tuple(columns["m2i"].tolist()) if self.measure == "MD" and "m2i" in columns else ()

    def scenarios(self) -> tuple[Scenario, ...]:
        """The pooled effect of each set; raises Refused where there is none."""
        return tuple(self._pooled(each) for each in self.sets)

    def _pooled(self, studies: StudySet) -> Scenario:
        pooled = pool_set(studies, self.settings, beside=False).pooled
        values = pooled.estimate, pooled.ci_lb, pooled.ci_ub
        if not all(map(math.isfinite, values)):
            raise Refused("these studies do not vary")
        return Scenario(studies.name, *(map(math.exp, values) if self.measure in RATIO_MEASURES else values))


def measures(asked: SummaryOutcome, outcome: Outcome) -> tuple[str, ...]:
    """The measures to try: the one asked for, or those of the kind of outcome."""
    if asked.measure:
        return (asked.measure,)
    if outcome.type == "time-to-event":
        return _OF_TIMES
    if outcome.type == "binary":
        return _OF_EVENTS
    return (*_OF_EVENTS, *_OF_SCALES) if asked.definition else _OF_SCALES


def effect(
    asked: SummaryOutcome, trials: Mapping[str, Trial], outcomes: Mapping[str, Outcome]
) -> tuple[Studies | None, tuple[Scenario, ...], dict[str, str]]:
    """The studies and the pooled effect on the measure that most of the trials give, the first of several.

    Without one, None and nothing, and for each trial what it lacks. The trials hold results of one outcome, time and
    definition only.
    """
    lacking: dict[str, str] = {}
    found: list[Studies] = []
    for measure in measures(asked, outcomes[asked.outcome]):
        for studies in (_from_data(measure, asked, trials, outcomes), as_reported(measure, trials)):
            if isinstance(studies, Studies):
                found.append(studies)
            else:
                lacking = studies | lacking
    for studies in sorted(found, key=lambda each: -len(each.names)):
        try:
            return studies, studies.scenarios(), dict(studies.left_out)
        except Refused as error:
            lacking |= dict.fromkeys(studies.names, str(error))
    return None, (), lacking


def _from_data(
    measure: str, asked: SummaryOutcome, trials: Mapping[str, Trial], outcomes: Mapping[str, Outcome]
) -> Studies | dict[str, str]:
    """The studies whose counts, means or p give the measure, as `pool` selects them."""
    if measure == "HR":
        return {}
    question = Question(asked.outcome, measure=measure, definition=asked.definition)
    selection = select(question, trials, outcomes)
    if not selection.entries:
        return dict(selection.left_out)
    try:
        sets = [entering(each, Settings.usual(measure)) for each in selection.study_sets(measure)]
    except Refused as error:
        return {entry.study: str(error) for entry in selection.entries} | dict(selection.left_out)
    without = dict.fromkeys(sets[0][1], f"gives no {measure}")
    left = sets[0][0].labels
    entries = [entry for entry in selection.entries if entry.study in left]
    return Studies(
        measure,
        measure,
        tuple(studies for studies, _ in sets),
        left,
        sum(entry.n1 + entry.n2 for entry in entries),
        (*selection.left_out, *without.items()),
        implied=tuple(entry.study for entry in entries if entry.basis == "p"),
        silent=tuple(entry.study for entry in entries if not entry.directed),
    )


def as_reported(measure: str, trials: Mapping[str, Trial]) -> Studies | dict[str, str]:
    """The studies that print the ratio with its interval, the unadjusted one where there are two."""
    if measure not in PRINTED_RATIOS:
        return {}
    rows = {name: row for name, trial in trials.items() if (row := _printed_ratio(measure, trial))}
    lacking = {name: f"reports no {measure} with its interval" for name in trials if name not in rows}
    if not rows:
        return lacking
    yi, vi, sizes = (np.array(column) for column in zip(*rows.values(), strict=True))
    studies = StudySet("", tuple(rows), yi, vi)
    return Studies(measure, "GEN", (studies,), tuple(rows), int(sizes.sum()), tuple(lacking.items()))


def _printed_ratio(measure: str, trial: Trial) -> tuple[float, float, int] | None:
    """ln of the ratio, its variance by its interval, and the participants."""
    for result in sorted(trial.results, key=lambda result: result.adjusted is not None):
        found, contrast = result.effect, contrast_of(trial, result)
        if found and found.measure == measure and found.ci and contrast and contrast.sizes:
            level = float(found.level or 95) / 100
            try:
                ratio = from_ci(float(found.estimate), float(found.ci.low), float(found.ci.high), level=level)
            except ValueError:
                continue
            return ratio.log_hr, ratio.variance, sum(contrast.sizes)
    return None
