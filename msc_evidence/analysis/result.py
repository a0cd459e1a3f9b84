"""A trial's results, each with its contrast, what its p-value implies, its adjusted p and its recomputations."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from msc_evidence.analysis.arm_effects import usual_effect
from msc_evidence.analysis.bases import Case
from msc_evidence.analysis.contrast import Contrast, contrast_of, direction
from msc_evidence.analysis.recomputation import Recomputation, recomputations
from msc_evidence.analysis.verdict import Verdict, reported_interval
from msc_evidence.registry.model import Outcome, Result, Trial
from msc_evidence.registry.reported import Reported, Time
from msc_evidence.statistics import implied, multiplicity
from msc_evidence.statistics.distributions import z_from_p
from msc_evidence.statistics.effects import Effect
from msc_evidence.statistics.interval import Interval


@dataclass(frozen=True, slots=True)
class AnalysedResult:
    """One result of a trial and everything that follows from it alone; adjusted p are those of its family."""

    index: int
    result: Result
    outcome: Outcome
    source: str
    contrast: Contrast | None
    #: +1 favours treatment, −1 favours control, None where nothing says.
    sign: int | None
    recomputations: tuple[Recomputation, ...] = ()
    #: What the arms' values give, where they were reported.
    arm_effect: Effect | None = None
    holm_p: float | None = None
    bh_p: float | None = None
    #: Where in the record it stands; at baseline as well p-values are recomputed.
    place: Literal["results", "baseline"] = "results"

    @property
    def p(self) -> Reported | None:
        """The p-value as printed."""
        return self.result.p

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

    @property
    def verdict(self) -> Verdict | None:
        """The worst verdict of its p-value's recomputations, None without a p-value."""
        found = [item.verdict for item in self.recomputations if item.statistic == "p"]
        return min(found, key=_SEVERITY.index) if found else None

    @property
    def case(self) -> Case | None:
        """The result with its contrast and outcome; None without a contrast."""
        return Case(self.result, self.contrast, self.outcome) if self.contrast else None

    @property
    def testable(self) -> tuple[float, int, int] | None:
        """The p-value and both group sizes, where an effect on the scale can be implied from them.

        That takes a two-sided p printed exactly and above 0, and an unadjusted comparison of the scale itself.
        """
        sizes = self.contrast.sizes if self.contrast else None
        on_scale = self.outcome.type in ("ordinal", "continuous") and not self.result.definition
        exact = self.p is not None and self.p.comparator == "=" and self.p.value > 0
        plain = self.result.sides == "two" and not self.result.adjusted
        if self.p is None or not exact or not on_scale or not plain:
            return None
        return (float(self.p), *sizes) if sizes and min(sizes) >= 1 and sum(sizes) > 3 else None

    @property
    def z(self) -> float | None:
        """|z| of the two-sided p."""
        return z_from_p(self.testable[0]) if self.testable else None

    @property
    def z_interval(self) -> Interval | None:
        """|z| over everything that the rounding of p allows."""
        if not self.testable or self.p is None:
            return None
        box = reported_interval(self.p, 1.0)
        return Interval(z_from_p(box.hi), z_from_p(box.lo))

    @property
    def implied_g(self) -> implied.ImpliedEffect | None:
        """Hedges' g that the p-value implies, positive: its sign is `sign`, unknown where that is None."""
        return implied.implied_g(*self.testable) if self.testable else None

    @property
    def implied_g_interval(self) -> Interval | None:
        """|g| over everything that the rounding of p allows."""
        return self._over(lambda p, n1, n2: implied.implied_g(p, n1, n2).estimate)

    @property
    def implied_ps_interval(self) -> Interval | None:
        """Probability of superiority, at least ½, over everything that the rounding of p allows."""
        return self._over(implied.implied_ps)

    def _over(self, function: Callable[[float, int, int], float]) -> Interval | None:
        if not self.testable or self.p is None:
            return None
        _, n1, n2 = self.testable
        return implied.over(lambda p: function(p, n1, n2), reported_interval(self.p, 1.0))

    @property
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


def analyse(trial: Trial, outcomes: Mapping[str, Outcome]) -> tuple[AnalysedResult, ...]:
    """The trial's results in the order of the record."""
    adjusted = _adjusted(trial)
    return tuple(
        _analysed(trial, outcomes, index, *adjusted.get(index, (None, None)))
        for index in range(len(trial.results))
    )


def _analysed(
    trial: Trial, outcomes: Mapping[str, Outcome], index: int, holm_p: float | None, bh_p: float | None
) -> AnalysedResult:
    result = trial.results[index]
    outcome, source = outcomes[result.outcome], result.source or trial.first_source
    contrast = contrast_of(trial, result)
    if contrast is None:
        return AnalysedResult(index, result, outcome, source, None, None, (), None, holm_p, bh_p)
    case = Case(result, contrast, outcome)
    sign = direction(result, contrast, outcome)
    found, estimate = recomputations(case), usual_effect(case)
    return AnalysedResult(index, result, outcome, source, contrast, sign, found, estimate, holm_p, bh_p)


def _adjusted(trial: Trial) -> dict[int, tuple[float, float]]:
    """Holm's and Benjamini–Hochberg's p of each result, within the p-values of one source.

    A p printed as `<0.001` enters at its bound, which can only make an adjusted p too large; one printed as `>0.05`
    or `NS` counts in the family as 1 and has no adjusted p of its own. The adjusted analysis of a comparison whose
    unadjusted p is in the family is the same comparison, and does not enter again; nor does what one arm shows alone.
    """
    families: dict[str, list[int]] = {}
    plain = {_comparison(trial, result) for result in trial.results if not result.adjusted}
    for index, result in enumerate(trial.results):
        again = result.adjusted and _comparison(trial, result) in plain
        if result.p is not None and not again and not result.within:
            families.setdefault(result.source or trial.first_source, []).append(index)
    adjusted: dict[int, tuple[float, float]] = {}
    for indices in families.values():
        printed = [p for index in indices if (p := trial.results[index].p) is not None]
        family = [1.0 if p.comparator in ">≥" else float(p) for p in printed]
        pairs = zip(multiplicity.holm(family), multiplicity.benjamini_hochberg(family), strict=True)
        found = zip(indices, printed, pairs, strict=True)
        adjusted.update({index: pair for index, p, pair in found if p.comparator not in ">≥"})
    return adjusted


def _comparison(trial: Trial, result: Result) -> tuple[object, ...]:
    source = result.source or trial.first_source
    return (source, result.outcome, result.at, result.definition, result.change, result.arm, result.against)


def by_time(results: Sequence[AnalysedResult]) -> list[AnalysedResult]:
    """The results by time, those without one last."""
    return sorted(
        results, key=lambda found: found.result.at.months if isinstance(found.result.at, Time) else 10**6
    )
