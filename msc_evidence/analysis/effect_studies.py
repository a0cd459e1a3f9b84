"""The studies that give an effect on one outcome, and what they amount to together by the usual model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import median

from msc_evidence.analysis.pool.entry import Entry, Selection
from msc_evidence.analysis.pool.measure_choice import usual_measure
from msc_evidence.analysis.pool.pool import Refused, Settings, StudySet, entering, pool_set, studies_left_out
from msc_evidence.analysis.pool.selection import Question, select
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.registry.judgements import SummaryOutcome
from msc_evidence.registry.loader import Registry
from msc_evidence.statistics.scale import scale_of

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
    notes: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The trials, each once."""
        return tuple(dict.fromkeys(entry.study for entry in self.entries))

    @property
    def participants(self) -> int:
        """Those of all groups of which the sizes are known."""
        return round(sum(entry.participants for entry in self.entries))

    @property
    def unsized(self) -> int:
        """How many studies print an effect without the sizes of their groups."""
        return sum(not entry.sized for entry in self.entries)

    @property
    def silent(self) -> tuple[str, ...]:
        """The trials of which no source says which arm did better."""
        return tuple(entry.study for entry in self.entries if not entry.directed)

    @property
    def settings(self) -> Settings:
        """The usual model of the measure, as `pool` takes it."""
        return Settings.usual(self.measure)

    @property
    def control_risks(self) -> tuple[tuple[str, float], ...]:
        """Trials with the risk of their control arm, where studies are counts."""
        counted = [entry for entry in self.entries if entry.basis == "counts"]
        return tuple((entry.study, entry.data["ci"] / entry.data["n2i"]) for entry in counted)

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
