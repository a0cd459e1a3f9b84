"""Which results a claim of the authors is about, and what they can decide of it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.analysis.significance import significant
from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.model import Claim, Effect

_MARGIN = re.compile(r"margin|inferior|equivalen", re.IGNORECASE)


def results_of(
    claim: Claim, results: Iterable[AnalysedResult], *, sure: bool = False
) -> list[AnalysedResult]:
    """The results that a claim is about: those of its outcome, times and arm, of any where it names none.

    One without a timepoint may be what a claim with one is about, unless it must be `sure`.
    """
    return [found for found in results if _is_about(claim, found, sure=sure)]


def _is_about(claim: Claim, found: AnalysedResult, *, sure: bool) -> bool:
    untimed = not sure and isinstance(found.result.at, NotReported)
    timed = not claim.at or found.result.at in claim.at or untimed
    armed = claim.arm is None or found.contrast is None or found.contrast.arm == claim.arm
    return timed and armed and claim.outcome in (None, found.result.outcome)


def judging(claim: Claim, results: Iterable[AnalysedResult]) -> list[AnalysedResult]:
    """The results of a claim that report a p, an interval or significance in words; what two sources print, once."""
    kept: list[AnalysedResult] = []
    for found in results_of(claim, results):
        if (found.p or found.result.wording or interval_of(found)) and not any(
            _printed_in(found, one) for one in kept
        ):
            kept.append(found)
    return kept


def _printed_in(found: AnalysedResult, other: AnalysedResult) -> bool:
    """Whether another source prints the same of the same outcome and time."""
    one, two = ((each.result.outcome, each.result.at, _said(each)) for each in (found, other))
    return found.source != other.source and one == two


def _said(found: AnalysedResult) -> object:
    return found.p or (found.result.wording, interval_of(found))


def decided(results: Iterable[AnalysedResult]) -> list[bool]:
    """Of every comparison whose side of α is known, whether it is significant."""
    sides = (significant(found.result) for found in comparisons(results))
    return [side for side in sides if side is not None]


def comparisons(results: Iterable[AnalysedResult]) -> list[AnalysedResult]:
    """The results between arms, without an adjusted analysis beside the unadjusted one of the same comparison."""
    return [found for found in results if not found.repeats and not found.result.within]


def interval_of(found: AnalysedResult) -> Effect | None:
    """The reported effect, where it has an interval."""
    effect = found.result.effect
    return effect if effect is not None and effect.ci is not None else None


def tests_a_margin(found: AnalysedResult) -> bool:
    """Whether the test is called one of non-inferiority or equivalence."""
    return bool(_MARGIN.search(found.result.test or ""))
