"""Which results a claim of the authors is about, and what they can decide of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from msc_evidence.analysis.design import names_subset
from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import ALPHA, alpha_of, is_significant
from msc_evidence.registry.effect import Effect
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Claim
from msc_evidence.statistics.two_arms.effects import no_difference

_MARGIN = re.compile(r"margin|inferior|equivalen", re.IGNORECASE)


def results_of_claim(
    claim: Claim, results: Iterable[AnalysedResult], *, sure: bool = False
) -> list[AnalysedResult]:
    """The results that a claim is about: those of its outcome, times and arm, of any where it names none.

    One without a timepoint may be what a claim with one is about, unless it must be `sure`.
    """
    return [result for result in results if _is_about(claim, result, sure=sure)]


def _is_about(claim: Claim, result: AnalysedResult, *, sure: bool) -> bool:
    untimed = not sure and isinstance(result.result.at, NotReported)
    timed = not claim.at or result.result.at in claim.at or untimed
    armed = claim.arm is None or result.contrast is None or result.contrast.arm == claim.arm
    return timed and armed and claim.outcome in (None, result.result.outcome)


def judging_results(
    claim: Claim, results: Iterable[AnalysedResult], *, computed: bool = False
) -> list[AnalysedResult]:
    """The results of a claim that report a p, an interval or significance in words; what two sources print, once.

    With `computed` those as well whose effect the arms' own values give. Of everyone, where there are such: what a
    subset shows is no part of a claim about all.
    """
    about = results_of_claim(claim, results)
    kept: list[AnalysedResult] = []
    of_everyone = [each for each in about if not names_subset(each.trial, each.result.definition)]
    for result in of_everyone or about:
        printed = result.p or result.result.wording or effect_with_interval(result)
        judged = bool(printed) or (computed and result.arm_effect is not None)
        if judged and not any(_printed_elsewhere(result, one) for one in kept):
            kept.append(result)
    return kept


def _printed_elsewhere(result: AnalysedResult, other: AnalysedResult) -> bool:
    """Whether another source prints the same of the same outcome and time."""
    return result.source != other.source and _printed_values(result) == _printed_values(other)


def _printed_values(result: AnalysedResult) -> tuple[object, ...]:
    """Outcome and time, and the p-value, or what is printed in its place."""
    values = result.p or (result.result.wording, effect_with_interval(result), result.arm_effect)
    return result.result.outcome, result.result.at, values


def known_significance(results: Iterable[AnalysedResult]) -> list[bool]:
    """Of every comparison whose side of α is known, whether it is significant."""
    sides = (is_significant(result.result) for result in comparisons(results))
    return [side for side in sides if side is not None]


def comparisons(results: Iterable[AnalysedResult]) -> list[AnalysedResult]:
    """The results between arms, without an adjusted analysis beside an unadjusted one of the same comparison."""
    between = [result for result in results if not result.result.within]
    plain = {_compared(result) for result in between if not result.result.adjusted and result.p is not None}
    return [
        result
        for result in between
        if not result.repeats and not (result.result.adjusted and _compared(result) in plain)
    ]


def _compared(result: AnalysedResult) -> tuple[object, ...]:
    """What was compared, in whichever source: an adjusted analysis of the same is no second result."""
    of, contrast = result.result, result.contrast
    arms = (contrast.arm, contrast.against) if contrast else (of.arm, of.against)
    return (of.outcome, of.at, of.definition, of.change, *arms)


def effect_with_interval(result: AnalysedResult) -> Effect | None:
    """The reported effect, where it has an interval."""
    effect = result.result.effect
    return effect if effect is not None and effect.ci is not None else None


@dataclass(frozen=True, slots=True)
class KnownEffect:
    """An effect with its interval: the printed one, else what the arms' own values give."""

    measure: str
    #: None where the source prints the interval alone.
    estimate: float | None
    ci_lb: float
    ci_ub: float
    printed: bool

    @property
    def excludes_null(self) -> bool:
        """Whether no effect lies outside the interval."""
        return not self.ci_lb <= no_difference(self.measure) <= self.ci_ub


def known_effect(result: AnalysedResult) -> KnownEffect | None:
    """The effect of a result with its 95% interval, None where it is neither printed nor computable."""
    printed, computed = effect_with_interval(result), result.arm_effect
    if printed is not None and printed.ci is not None and alpha_of(printed) == ALPHA:
        low, high = sorted((float(printed.ci.low), float(printed.ci.high)))
        estimate = float(printed.estimate) if printed.estimate is not None else None
        return KnownEffect(printed.measure, estimate, low, high, printed=True)
    if computed is None or result.result.adjusted:
        return None
    return KnownEffect(computed.measure, computed.estimate, computed.ci_lb, computed.ci_ub, printed=False)


def tests_a_margin(result: AnalysedResult) -> bool:
    """Whether the test is called one of non-inferiority or equivalence."""
    return bool(_MARGIN.search(result.result.test or ""))
