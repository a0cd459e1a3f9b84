"""Effect measures of two arms with confidence intervals, by metafor's conventions, on the natural scale."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from msc_evidence.statistics.binomial import wilson
from msc_evidence.statistics.distributions import normal_quantile
from msc_evidence.statistics.two_arms.implied import hedges_correction

#: Effect measures that are ratios: no difference is 1, and they are pooled as logarithms.
RATIO_MEASURES = ("OR", "RR", "HR", "ROM", "PETO", "COR", "IRR")


def no_difference(measure: str | None) -> float:
    """What an effect measure is without a difference, as people read it: 1 for ratios, ½ for PS, else 0.

    >>> no_difference("OR"), no_difference("PS"), no_difference("MD")
    (1.0, 0.5, 0.0)
    """
    if measure in RATIO_MEASURES:
        return 1.0
    return 0.5 if measure == "PS" else 0.0


@dataclass(frozen=True, slots=True)
class EffectEstimate:
    """An estimate with its confidence limits; ratios as ratios, not as logarithms."""

    measure: str
    estimate: float
    ci_lb: float
    ci_ub: float


def risk_ratio(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> EffectEstimate:
    """Risk ratio of arm 1 to arm 2 with a Wald interval on the log scale (Cochrane Handbook 6.4.1).

    ½ is added to all four cells of a table with an empty one, and of no other.

    >>> rr = risk_ratio(79, 106, 82, 99)
    >>> round(rr.estimate, 4), round(rr.ci_lb, 3), round(rr.ci_ub, 3)
    (0.8998, 0.78, 1.038)
    """
    a, b, c, d = corrected_cells(events1, n1, events2, n2)
    variance = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
    return _wald("RR", math.log(a / (a + b) * (c + d) / c), variance, level, math.exp)


def odds_ratio(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> EffectEstimate:
    """Odds ratio of arm 1 to arm 2 with Woolf's interval (Woolf 1955; Cochrane Handbook 6.4.1).

    ½ is added to all four cells of a table with an empty one, and of no other.
    """
    a, b, c, d = corrected_cells(events1, n1, events2, n2)
    return _wald("OR", math.log(a / b * d / c), 1 / a + 1 / b + 1 / c + 1 / d, level, math.exp)


def risk_difference(events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95) -> EffectEstimate:
    """Risk of arm 1 less that of arm 2 with a Wald interval, nothing added to empty cells.

    The interval has no width where both risks are 0 or 1.
    """
    risk1, risk2 = _risk(events1, n1), _risk(events2, n2)
    variance = risk1 * (1 - risk1) / n1 + risk2 * (1 - risk2) / n2
    return _wald("RD", risk1 - risk2, variance, level)


def score_risk_difference(
    events1: int, n1: int, events2: int, n2: int, *, level: float = 0.95
) -> EffectEstimate:
    """Risk of arm 1 less that of arm 2 with Newcombe's score interval, which an empty arm does not make too narrow.

    From the Wilson limits l and u of each: d − √((p₁ − l₁)² + (u₂ − p₂)²) and d + √((u₁ − p₁)² + (p₂ − l₂)²)
    (Newcombe 1998, method 10). Raises ValueError as `wilson` does.

    >>> found = score_risk_difference(56, 70, 48, 80)
    >>> [round(each, 4) for each in (found.estimate, found.ci_lb, found.ci_ub)]
    [0.2, 0.0524, 0.3339]
    >>> found = score_risk_difference(5, 56, 0, 29)
    >>> [round(each, 4) for each in (found.estimate, found.ci_lb, found.ci_ub)]
    [0.0893, -0.0381, 0.1926]
    """
    (l1, u1), (l2, u2) = wilson(events1, n1, level), wilson(events2, n2, level)
    p1, p2 = events1 / n1, events2 / n2
    low, high = math.hypot(p1 - l1, u2 - p2), math.hypot(u1 - p1, p2 - l2)
    return EffectEstimate("RD", p1 - p2, p1 - p2 - low, p1 - p2 + high)


def mean_difference(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int, *, level: float = 0.95
) -> EffectEstimate:
    """Mean of arm 1 less that of arm 2, variance sd₁²/n₁ + sd₂²/n₂ (Cochrane Handbook 6.5.1)."""
    _validate_spread(sd1, n1, sd2, n2)
    return _wald("MD", m1 - m2, sd1 * sd1 / n1 + sd2 * sd2 / n2, level)


def hedges_g(
    m1: float, sd1: float, n1: int, m2: float, sd2: float, n2: int, *, level: float = 0.95
) -> EffectEstimate:
    """Standardised mean difference, Hedges' g with the exact correction (Hedges 1981, equation 6e).

    g = J(m₁ − m₂)/s with the pooled s on ν = n₁ + n₂ − 2; variance 1/n₁ + 1/n₂ + g²/(2(n₁ + n₂)).
    Raises ValueError where the pooled SD is 0.
    """
    _validate_spread(sd1, n1, sd2, n2)
    df = n1 + n2 - 2
    pooled = math.sqrt(((n1 - 1) * sd1 * sd1 + (n2 - 1) * sd2 * sd2) / df)
    if pooled == 0:
        raise ValueError("a standardised difference needs a standard deviation above 0")
    g = hedges_correction(df) * (m1 - m2) / pooled
    return _wald("SMD", g, 1 / n1 + 1 / n2 + g * g / (2 * (n1 + n2)), level)


#: Measures from events and participants of two arms, by their names in metafor.
FROM_COUNTS: Mapping[str, Callable[..., EffectEstimate]] = {
    "RR": risk_ratio,
    "OR": odds_ratio,
    "RD": risk_difference,
}

#: Measures from mean, SD and participants of two arms, by their names in metafor.
FROM_MEANS: Mapping[str, Callable[..., EffectEstimate]] = {"MD": mean_difference, "SMD": hedges_g}


def _risk(events: int, n: int) -> float:
    if n < 1 or not 0 <= events <= n:
        raise ValueError(f"{events} events in {n} participants is not possible")
    return events / n


def corrected_cells(events1: int, n1: int, events2: int, n2: int) -> tuple[float, float, float, float]:
    """The four cells of a table, ½ added to each where one is empty; raises ValueError for events above participants.

    >>> corrected_cells(0, 10, 3, 12)
    (0.5, 10.5, 3.5, 9.5)
    """
    _risk(events1, n1)
    _risk(events2, n2)
    cells = (events1, n1 - events1, events2, n2 - events2)
    added = 0.0 if all(cells) else 0.5
    a, b, c, d = (cell + added for cell in cells)
    return a, b, c, d


def _validate_spread(sd1: float, n1: int, sd2: float, n2: int) -> None:
    if min(n1, n2) < 2 or min(sd1, sd2) < 0:
        raise ValueError("each arm needs two participants and a standard deviation of 0 or more")


def _wald(
    measure: str,
    estimate: float,
    variance: float,
    level: float,
    natural: Callable[[float], float] = float,
) -> EffectEstimate:
    half = normal_quantile((1 + level) / 2) * math.sqrt(variance)
    return EffectEstimate(measure, natural(estimate), natural(estimate - half), natural(estimate + half))


@dataclass(frozen=True, slots=True)
class AbsoluteEffect:
    """Risks without and with the intervention, and the risk difference with its limits; probabilities."""

    control: float
    treated: float
    difference: float
    ci_lb: float
    ci_ub: float

    @property
    def of_absence(self) -> AbsoluteEffect:
        """The same of staying without the event: survival instead of death (Skoetz 2020).

        >>> found = absolute_effect("HR", 0.5, 0.25, 1.0, 0.36).of_absence
        >>> [round(1000 * each) for each in (found.control, found.treated, found.difference, found.ci_lb, found.ci_ub)]
        [640, 800, 160, 0, 254]
        """
        return AbsoluteEffect(
            1 - self.control, 1 - self.treated, -self.difference, -self.ci_ub + 0.0, -self.ci_lb + 0.0
        )


def treated_risk(measure: str, effect: float, control: float) -> float:
    """The risk with the intervention that an effect makes of the control group's risk r.

    RR·r; OR·r/(1 − r + OR·r); r + RD (Cochrane Handbook 5.1, 12.5.4, there ACR for r); 1 − (1 − r)^HR for the risk
    of the event by one time (Skoetz 2020, 10.1016/j.jclinepi.2019.10.015). A risk beyond 0 or 1, to which a risk
    ratio or difference can lead, is 0 or 1. Raises ValueError for another measure, a control risk
    outside [0, 1], a ratio below 0 or a risk difference beyond ±1.

    >>> round(1000 * (treated_risk("RR", 0.92, 0.3) - 0.3)), round(1000 * (treated_risk("OR", 0.73, 0.3) - 0.3))
    (-24, -62)
    """
    if measure not in _TREATED:
        raise ValueError(f"no absolute effect follows from {measure}; it does from {', '.join(_TREATED)}")
    if not 0 <= control <= 1:
        raise ValueError(f"a control risk of {control:g} is not between 0 and 1")
    least, most = (-1.0, 1.0) if measure == "RD" else (0.0, math.inf)
    if not least <= effect <= most:
        raise ValueError(f"no {measure} is {effect:g}")
    return min(1.0, max(0.0, _TREATED[measure](effect, control)))


def absolute_effect(
    measure: str, estimate: float, ci_lb: float, ci_ub: float, control: float
) -> AbsoluteEffect:
    """The absolute effect of an estimate and its limits, all three by `treated_risk` from one control risk.

    The uncertainty of the control risk itself is not in the limits, as in GRADE's tables. Raises ValueError as
    `treated_risk` does, and unless ci_lb ≤ estimate ≤ ci_ub.

    >>> found = absolute_effect("RR", 0.83, 0.78, 0.89, 0.4)  # GRADE handbook, Schünemann 2013
    >>> [round(1000 * risk) for risk in (found.difference, found.ci_lb, found.ci_ub)]
    [-68, -88, -44]
    """
    if not ci_lb <= estimate <= ci_ub:
        raise ValueError(f"an estimate of {estimate:g} is not within {ci_lb:g} to {ci_ub:g}")
    treated, low, high = (treated_risk(measure, value, control) for value in (estimate, ci_lb, ci_ub))
    return AbsoluteEffect(control, treated, treated - control, low - control, high - control)


def _of_odds_ratio(odds_ratio: float, control: float) -> float:
    if control == 1 or math.isinf(odds_ratio):
        return 1.0 if control else 0.0
    return odds_ratio * control / (1 - control + odds_ratio * control)


def _of_risk_ratio(risk_ratio: float, control: float) -> float:
    return risk_ratio * control if control else 0.0


def _of_hazard_ratio(hazard_ratio: float, control: float) -> float:
    if control in (0, 1):
        return control
    return -math.expm1(hazard_ratio * math.log1p(-control))


_TREATED: Mapping[str, Callable[[float, float], float]] = {
    "RR": _of_risk_ratio,
    "OR": _of_odds_ratio,
    "RD": lambda difference, control: control + difference,
    "HR": _of_hazard_ratio,
}
#: The measures that `treated_risk` knows.
ABSOLUTE = tuple(_TREATED)


def variance_from_ci(
    estimate: float, ci_lb: float, ci_ub: float, *, level: float = 0.95, ratio: bool = False
) -> float:
    """The sampling variance that an estimate and its interval imply, of the logarithm for a ratio.

    ((upper − lower)/(2z))² (Parmar 1998; Altman & Bland 2011). Raises ValueError unless lower ≤ estimate ≤ upper, the
    limits differ and, of a ratio, lie above 0.

    >>> round(variance_from_ci(0.72, 0.55, 0.94, ratio=True), 5)
    0.01869
    """
    if not ci_lb <= estimate <= ci_ub or not ci_lb < ci_ub or (ratio and ci_lb <= 0):
        raise ValueError(f"no variance follows from {estimate:g} ({ci_lb:g} to {ci_ub:g})")
    width = math.log(ci_ub / ci_lb) if ratio else ci_ub - ci_lb
    return (width / (2 * normal_quantile((1 + level) / 2))) ** 2
