"""A trial's results, each with its contrast, what its p-value implies, its adjusted p and its recomputations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from msc_evidence.analysis.contrast import Contrast, contrast_of, favoured_direction
from msc_evidence.analysis.recompute.arms import usual_effect
from msc_evidence.analysis.recompute.bases import Case, case_of
from msc_evidence.analysis.recompute.recomputation import Recomputation, recomputations
from msc_evidence.analysis.recompute.several import recomputations_among
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.analysis.significance import AdjustedP, adjusted_p_values, below_alpha, p_interval
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.interval import Interval
from msc_evidence.statistics.multiplicity import benjamini_hochberg, holm
from msc_evidence.statistics.two_arms import implied
from msc_evidence.statistics.two_arms.effects import EffectEstimate


@dataclass(frozen=True, slots=True)
class CorrectedP:
    """A p-value corrected for the others of its family: the p-values between arms of one source within a trial."""

    size: int
    holm: AdjustedP
    bh: AdjustedP


@dataclass(frozen=True)  # without slots, so that what a result implies is computed once, when first asked for
class AnalysedResult:
    """One result of a trial and everything that follows from it alone, and its p-value within its family."""

    trial_id: str
    trial: Trial
    index: int
    result: Result
    outcome: Outcome
    #: The id of the source that it is from.
    source: str
    contrast: Contrast | None
    #: +1 favours treatment, −1 favours control, None where nothing says.
    sign: int | None
    #: Where in the record it stands; at baseline as well p-values are recomputed.
    place: Literal["results", "baseline", "harms"] = "results"
    #: Its p-value among the others of its family; None where it belongs to none.
    corrected: CorrectedP | None = None
    #: Whether it is an adjusted analysis of a comparison whose unadjusted p-value is recorded: no second result.
    repeats: bool = False
    #: The recomputations of its p-value where its own values are not all that they rest on; None where they are.
    recomputed: tuple[Recomputation, ...] | None = None

    @property
    def p(self) -> Reported | None:
        """The p-value as printed."""
        return self.result.p

    @property
    def holm_p(self) -> float | None:
        """Holm's p at the printed values; None outside a family and for a p printed as `>0.05` or `NS`."""
        return self.corrected.holm.value if self.corrected else None

    @property
    def bh_p(self) -> float | None:
        """Benjamini and Hochberg's p likewise."""
        return self.corrected.bh.value if self.corrected else None

    @property
    def label(self) -> str:
        """The outcome with what was compared: `modified Rankin Scale (no decrease)`, `Barthel Index, adjusted`."""
        name = self.outcome.name + " change" * self.result.change
        name += f" within {self.result.within}" if self.result.within else ""
        name += f" ({self.result.definition})" if self.result.definition else ""
        return name + ", adjusted" * bool(self.result.adjusted)

    @property
    def timepoint(self) -> str:
        """When, or `not reported`."""
        return "baseline" if self.place == "baseline" else str(self.result.at)

    @cached_property
    def recomputations(self) -> tuple[Recomputation, ...]:
        """Its p-value and its effect, each beside what the other numbers give."""
        if self.recomputed is not None:
            return self.recomputed
        if self.case is not None:
            return recomputations(self.case)
        return recomputations_among(self.trial, self.result, self.outcome)

    @cached_property
    def arm_effect(self) -> EffectEstimate | None:
        """What the arms' values give, where they were reported."""
        return usual_effect(self.case) if self.case is not None and self.place != "baseline" else None

    @cached_property
    def verdict(self) -> Verdict | None:
        """The worst verdict of its p-value's recomputations, None without a p-value."""
        verdicts = [item.verdict for item in self.recomputations if item.statistic == "p"]
        return min(verdicts, key=_SEVERITY.index) if verdicts else None

    @cached_property
    def case(self) -> Case | None:
        """The result with its contrast and outcome, under the trial's design; None without a contrast."""
        if self.contrast is None:
            return None
        at_entry = self.place == "baseline"
        return case_of(self.trial, self.result, self.contrast, self.outcome, at_entry=at_entry)

    @property
    def dependence(self) -> str | None:
        """Why the arms' values are not those of independent participants; None where they are."""
        return self.case.dependence if self.case else None

    @cached_property
    def testable(self) -> tuple[float, int, int] | None:
        """The p-value and both group sizes, where an effect on the scale can be implied from them.

        That takes a two-sided p printed exactly and above 0, and an unadjusted comparison of the scale itself in
        independent participants.
        """
        return self.testable_at(self.contrast.sizes if self.contrast else None)

    def testable_at(self, sizes: tuple[int, int] | None) -> tuple[float, int, int] | None:
        """The same with group sizes that may be another source's."""
        on_scale = self.outcome.type in ("ordinal", "continuous") and not self.result.definition
        exact = self.p is not None and self.p.comparator == "=" and self.p.value > 0
        plain = self.result.sides == "two" and not self.result.adjusted and not self.dependence
        if self.p is None or not exact or not on_scale or not plain:
            return None
        return (float(self.p), *sizes) if sizes and min(sizes) >= 1 and sum(sizes) > 3 else None

    @cached_property
    def z(self) -> float | None:
        """|z| of the two-sided p."""
        return z_from_p(self.testable[0]) if self.testable else None

    @cached_property
    def z_interval(self) -> Interval | None:
        """|z| over everything that the rounding of p allows."""
        if not self.testable or self.p is None:
            return None
        box = p_interval(self.p)
        return Interval(z_from_p(box.hi), z_from_p(box.lo))

    @cached_property
    def implied_g(self) -> implied.ImpliedEffect | None:
        """Hedges' g that the p-value implies, positive: its sign is `sign`, unknown where that is None."""
        return implied.implied_g(*self.testable) if self.testable else None

    @cached_property
    def implied_g_interval(self) -> Interval | None:
        """|g| over everything that the rounding of p allows."""
        return self._over_rounding(lambda p, n1, n2: implied.implied_g(p, n1, n2).estimate)

    @cached_property
    def implied_ps_interval(self) -> Interval | None:
        """Probability of superiority, at least ½, over everything that the rounding of p allows."""
        return self._over_rounding(implied.implied_ps)

    def _over_rounding(self, function: Callable[[float, int, int], float]) -> Interval | None:
        if not self.testable or self.p is None:
            return None
        _, n1, n2 = self.testable
        return implied.over(lambda p: function(p, n1, n2), p_interval(self.p))

    @cached_property
    def implied_ps(self) -> float | None:
        """Probability of superiority that the p-value implies, at least ½."""
        return implied.implied_ps(*self.testable) if self.testable else None


#: Worst first: what a reader must see when several recomputations of one p-value disagree.
_SEVERITY = (
    Verdict.DECISION_ERROR,
    Verdict.INCONSISTENT,
    Verdict.UNINFORMATIVE,
    Verdict.CONSISTENT,
    Verdict.REPRODUCED,
    Verdict.NOT_RECOMPUTABLE,
)


def analyse_trial(trial_id: str, trial: Trial, outcomes: Mapping[str, Outcome]) -> tuple[AnalysedResult, ...]:
    """The trial's results in the order of the record."""
    repeated = _repeated_comparisons(trial)
    corrected = _corrected_p_values(trial, repeated)
    return tuple(
        _analysed_result(trial_id, trial, outcomes, index, repeats, corrected.get(index))
        for index, repeats in enumerate(repeated)
    )


def _analysed_result(
    trial_id: str,
    trial: Trial,
    outcomes: Mapping[str, Outcome],
    index: int,
    repeats: bool,
    corrected: CorrectedP | None,
) -> AnalysedResult:
    result = trial.results[index]
    outcome, source, contrast = outcomes[result.outcome], trial.source_of(result), contrast_of(trial, result)
    sign = favoured_direction(result, contrast, outcome) if contrast else None
    return AnalysedResult(
        trial_id, trial, index, result, outcome, source, contrast, sign, corrected=corrected, repeats=repeats
    )


def _repeated_comparisons(trial: Trial) -> list[bool]:
    """Whether each result is an adjusted analysis of a comparison whose unadjusted p-value is recorded."""
    if not any(result.adjusted for result in trial.results):
        return [False] * len(trial.results)
    unadjusted = {
        _comparison_key(trial, result) for result in trial.results if result.p and not result.adjusted
    }
    return [
        bool(result.adjusted) and _comparison_key(trial, result) in unadjusted for result in trial.results
    ]


def _comparison_key(trial: Trial, result: Result) -> tuple[object, ...]:
    """What was compared, by which source; analyses that share it are of one comparison."""
    contrast = contrast_of(trial, result)
    arms: tuple[object, ...] = (result.arm, result.against, result.within, *(result.among or ()))
    arms = (contrast.arm, contrast.against) if contrast else arms
    return (
        trial.source_of(result),
        result.outcome,
        result.at,
        result.definition,
        result.change,
        result.period,
        *arms,
    )


def _corrected_p_values(trial: Trial, repeated: Sequence[bool]) -> dict[int, CorrectedP]:
    """Holm's and Benjamini–Hochberg's p of each result, by its index, within the p-values of one source.

    What one arm shows alone is no member of a family, and an adjusted analysis is none where the unadjusted p of the
    same comparison is: one comparison enters once.
    """
    families: dict[str, list[tuple[int, Reported]]] = {}
    for index, (result, repeats) in enumerate(zip(trial.results, repeated, strict=True)):
        if result.p is not None and not result.within and not repeats:
            families.setdefault(trial.source_of(result), []).append((index, result.p))
    corrected: dict[int, CorrectedP] = {}
    for family in families.values():
        printed = [p for _, p in family]
        pairs = zip(
            adjusted_p_values(printed, holm), adjusted_p_values(printed, benjamini_hochberg), strict=True
        )
        corrected |= {
            index: CorrectedP(len(family), *pair) for (index, _), pair in zip(family, pairs, strict=True)
        }
    return corrected


@dataclass(frozen=True, slots=True)
class Tally:
    """How many p-values of families are below α: as printed, after Holm's correction, after Benjamini–Hochberg's."""

    of: int
    below: int
    holm: int
    bh: int
    #: Where rounding leaves the side open, as printed and after Holm's correction.
    undecided: int
    holm_undecided: int
    #: The sizes of the families they are from, by trial and source.
    families: Mapping[tuple[str, str], int]


def tally(results: Iterable[AnalysedResult]) -> Tally:
    """The count over results; what belongs to no family does not count."""
    members = [(result, result.p, result.corrected) for result in results]
    known = [(below_alpha(p), at) for _, p, at in members if p is not None and at is not None]
    holm_sides = [at.holm.below_alpha for _, at in known]
    return Tally(
        of=len(known),
        below=sum(side is True for side, _ in known),
        holm=sum(side is True for side in holm_sides),
        bh=sum(at.bh.below_alpha is True for _, at in known),
        undecided=sum(side is None for side, _ in known),
        holm_undecided=sum(side is None for side in holm_sides),
        families={(result.trial_id, result.source): at.size for result, _, at in members if at is not None},
    )


def sorted_by_time(results: Sequence[AnalysedResult]) -> list[AnalysedResult]:
    """The results by time, those without one last."""
    return sorted(
        results, key=lambda result: result.result.at.months if isinstance(result.result.at, Time) else 10**6
    )


@dataclass(frozen=True, slots=True)
class Analysis:
    """The analysed results of a registry: those of each trial are computed once, when first asked for."""

    registry: Registry
    _computed: dict[str, tuple[AnalysedResult, ...]] = field(default_factory=dict, repr=False, compare=False)

    def results(self, trial_id: str) -> tuple[AnalysedResult, ...]:
        """The results of a trial in the order of the record."""
        if trial_id not in self._computed:
            trial = self.registry.trials[trial_id]
            self._computed[trial_id] = analyse_trial(trial_id, trial, self.registry.outcomes)
        return self._computed[trial_id]

    def restricted(self, trials: Iterable[str]) -> Analysis:
        """The analysis of these trials alone; what was computed before is kept."""
        records = {name: self.registry.trials[name] for name in trials}
        return replace(self, registry=replace(self.registry, trials=records))


def chosen_results(
    analysis: Analysis,
    trials: Iterable[str],
    outcomes: Iterable[str] | None = None,
    *,
    all_sources: bool = True,
    at: Time | None = None,
) -> tuple[list[AnalysedResult], int]:
    """The results of these trials, outcomes and time (all without them), and how many only a secondary source has.

    The latter are left out unless `all_sources`.
    """
    outcome_ids = set(analysis.registry.outcomes if outcomes is None else outcomes)
    matching = [
        result
        for name in trials
        for result in analysis.results(name)
        if result.result.outcome in outcome_ids and at in (None, result.result.at)
    ]
    kept = [result for result in matching if all_sources or result.source == result.trial.first_source]
    return kept, len(matching) - len(kept)
