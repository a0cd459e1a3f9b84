"""What two full ordinal distributions say: superiority, odds, net benefit, utilities and the common odds ratio."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp

from msc_evidence.analysis.result import AnalysedResult
from msc_evidence.statistics import ordinal


@dataclass(frozen=True, slots=True)
class OrdinalRow:
    """One measure with its interval, oriented so that the better outcome of treatment is above no difference."""

    measure: str
    method: str
    estimate: float
    ci_lb: float
    ci_ub: float
    p: float | None = None


def ordinal_effects(found: AnalysedResult) -> tuple[OrdinalRow, ...]:
    """Every ordinal measure; none without both distributions or without the better end of the scale."""
    pair = _oriented(found)
    if pair is None:
        return ()
    treatment, control = pair
    plain = (ordinal.superiority, ordinal.generalised_odds, ordinal.win_odds, ordinal.net_benefit)
    measures = [effect(treatment, control) for effect in plain]
    if _is_mrs(found):
        # Utilities fall from grade 0 upwards, and the counts here run towards the better end.
        measures.append(ordinal.utility_difference(treatment, control, utilities=ordinal.MRS_UTILITIES[::-1]))
    rows = [OrdinalRow(item.measure, item.method, item.estimate, item.ci_lb, item.ci_ub) for item in measures]
    return (*rows, *_common_or(treatment, control))


def _common_or(treatment: Sequence[int], control: Sequence[int]) -> Iterator[OrdinalRow]:
    """The common odds ratio by maximum likelihood; nothing where the arms do not overlap and it has no maximum."""
    from msc_evidence.statistics import proportional_odds  # numpy: paid only where distributions are recorded

    try:
        fitted = proportional_odds.fit(treatment, control)
        lower, upper = proportional_odds.profile_interval(treatment, control)
        test = proportional_odds.likelihood_ratio_test(treatment, control)
        proportional = proportional_odds.proportional_odds_test(treatment, control)
    except ValueError:
        return
    method = f"maximum likelihood; p of proportional odds {proportional.p:.2g}"
    yield OrdinalRow("common OR", method, exp(fitted.log_or), exp(lower), exp(upper), test.p)


def _oriented(found: AnalysedResult) -> tuple[list[int], list[int]] | None:
    """Both distributions from the worse to the better end of the scale, treatment first."""
    arms, contrast, better = found.result.arms or {}, found.contrast, found.outcome.better
    values = [arms.get(name) for name in (contrast.arm, contrast.against)] if contrast else []
    if better is None or any(value is None or not value.distribution for value in values):
        return None
    counts = [
        [share.count or 0 for share in value.distribution or ()] for value in values if value is not None
    ]
    if len(counts) != 2 or len(counts[0]) != len(counts[1]) or not all(map(sum, counts)):
        return None
    first, second = (each[::-1] if better == "lower" else each for each in counts)
    return first, second


def _is_mrs(found: AnalysedResult) -> bool:
    span = found.outcome.range
    graded = span is not None and (float(span.low), float(span.high)) == (0.0, 6.0)
    return found.result.outcome == "mrs" and graded
